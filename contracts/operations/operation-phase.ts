/** `Running` from the first part on; the last three are ends. */
export const operationPhases = ["Pending", "Running", "Done", "Failed", "Cancelled"] as const;
export type OperationPhase = (typeof operationPhases)[number];

/** Whether the operation still has something to do. */
export function isUnderWay(phase: OperationPhase): boolean {
  return phase === "Pending" || phase === "Running";
}
