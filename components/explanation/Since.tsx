import { formatMoment, formatSince } from "#components/feedback/moment.ts";

/** `since 09:12`, with the day when that was before today; nothing when it is not known. */
export function Since({ at }: { at: string | null }) {
  if (at === null) return null;
  const moment = new Date(at);
  return <> since <time dateTime={at} title={formatMoment(moment)}>{formatSince(moment)}</time></>;
}
