"use client";
import { Label } from "@patternfly/react-core";
import { ExclamationTriangleIcon } from "@patternfly/react-icons";
import { expiryUrgency } from "#contracts/credentials/credential.ts";
import { formatDay, formatMoment } from "#components/feedback/moment.ts";

/** When a credential ends; from 14 days before with a warning, from 3 days before with an urgent one. @param now when the list was read */
export function ExpiryLabel({ expiresAt, now }: { expiresAt: string | null; now: Date }) {
  if (expiresAt === null) return "never";
  const end = new Date(expiresAt);
  const day = <time dateTime={expiresAt} title={formatMoment(end)}>{formatDay(end)}</time>;
  const urgency = expiryUrgency(expiresAt, now);
  if (urgency === "none") return day;
  return <Label isCompact variant="outline" status={urgency === "urgent" ? "danger" : "warning"} icon={<ExclamationTriangleIcon />}>ends {day}</Label>;
}
