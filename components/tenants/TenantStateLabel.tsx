import { Label } from "@patternfly/react-core";
import { formatDay, formatMoment } from "#components/feedback/moment.ts";
import type { TenantClosure } from "#contracts/tenants/tenant.ts";
import feedback from "#components/feedback/feedback.module.css";

/** Whether a tenant is open, and if not, why. */
export function TenantStateLabel({ closure }: { closure: TenantClosure | null }) {
  if (closure === null) return "open";
  if (closure.kind === "suspended") {
    return (
      <div>
        <Label isCompact status="warning">Suspended</Label>
        {closure.reason === "" ? null : <span className={feedback.reason}>{closure.reason}</span>}
      </div>
    );
  }
  const end = new Date(closure.deleteAt ?? 0);
  return <Label isCompact status="danger">Deleted on <time dateTime={end.toISOString()} title={formatMoment(end)}>{formatDay(end)}</time></Label>;
}
