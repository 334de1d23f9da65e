import type { Operation } from "#contracts/operations/operation.ts";
import type { OperationPhase } from "#contracts/operations/operation-phase.ts";

/** What an operation does, as a headline. */
export function operationTitle({ kind, subject }: Pick<Operation, "kind" | "subject">): string {
  switch (kind) {
    case "create-addresses":
      return "Create addresses";
    case "delete-addresses":
      return "Delete addresses";
    case "change-plan":
      return `Move addresses to the plan ${subject}`;
    case "purge-messages":
      return `Purge ${subject}`;
    case "retry-dead-letters":
      return `Retry dead letters of ${subject}`;
    case "close-connections":
      return subject === "" ? "Close connections" : `Close connections of ${subject}`;
  }
}

/** How it stands, in a word. */
export function operationState({ phase, failed, cancelRequestedBy }: Pick<Operation, "phase" | "failed" | "cancelRequestedBy">): string {
  if (phase === "Done" && failed > 0) return "Done, not everything";
  if ((phase === "Pending" || phase === "Running") && cancelRequestedBy !== null) return "Being cancelled";
  return phaseWords[phase];
}

const phaseWords: Record<OperationPhase, string> = { Pending: "Waiting", Running: "Running", Done: "Done", Failed: "Failed", Cancelled: "Cancelled" };
