import type { AddressStatistics } from "#contracts/addresses/address-statistics.ts";
import type { Address } from "#contracts/addresses/address.ts";
import { formatDuration } from "#components/feedback/format.ts";

type Rule = NonNullable<Address["rule"]>;
const minuteMs = 60_000;

/** What becomes of an address that a rule made. */
export function ruleSentence({ deleteUnusedMinutes }: Rule): string {
  if (deleteUnusedMinutes === null) return "It stays until somebody deletes it.";
  return `It is deleted again after ${formatDuration(deleteUnusedMinutes * minuteMs)} without links and messages.`;
}

/**
 * When it goes, if nobody uses it until then; undefined while it is used, or as long as nobody knows. Gaps in the numbers can make
 * it later: what is not known counts as use.
 */
export function deletedAt({ deleteUnusedMinutes }: Rule, statistics: AddressStatistics | null): string | undefined {
  if (deleteUnusedMinutes === null || statistics === null || statistics.sampledAt === null || statistics.notKnownSince !== null) return undefined;
  const { senders, receivers, depth, deadLetters, changedAt, sampledAt } = statistics;
  if (senders + receivers + depth + deadLetters > 0) return undefined;
  return new Date(Date.parse(changedAt ?? sampledAt) + deleteUnusedMinutes * minuteMs).toISOString();
}
