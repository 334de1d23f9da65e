import { PhaseLabel } from "#components/feedback/PhaseLabel.tsx";
import type { Outputs } from "#components/trpc/client.ts";
import feedback from "#components/feedback/feedback.module.css";
import table from "#components/table/table.module.css";

type Address = Outputs["addresses"]["get"];

/** The phase on a row: quiet while all is well, with its reason while it is not. */
export function AddressPhase({ address }: { address: Pick<Address, "phase" | "reason"> }) {
  if (address.phase === "Active") return <span className={table.quiet}>Active</span>;
  return (
    <div>
      <PhaseLabel phase={address.phase} isCompact />
      {address.reason === null ? null : <span className={feedback.reason}>{address.reason}</span>}
    </div>
  );
}
