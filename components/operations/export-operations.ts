import type { SpaceScope } from "#contracts/addresses/address.ts";
import type { Operation } from "#contracts/operations/operation.ts";
import { type CsvColumn, exportCsv, type Exported } from "#components/table/export-rows.ts";
import { operationState, operationTitle } from "./operation-words.ts";

const columns: readonly CsvColumn<Operation>[] = [
  { title: "Operation", value: operationTitle },
  { title: "State", value: operationState },
  { title: "Reason", value: ({ reason }) => reason },
  { title: "In all", value: ({ total }) => total },
  { title: "Done", value: ({ done }) => done },
  { title: "Failed", value: ({ failed }) => failed },
  { title: "Failures", value: ({ failures }) => failures.map(({ name, reason }) => `${name}: ${reason}`).join("\n") },
  { title: "Asked for by", value: ({ requestedBy }) => requestedBy },
  { title: "Asked for", value: ({ createdAt }) => createdAt },
  { title: "Ended", value: ({ endedAt }) => endedAt },
];

/** Saves the operations on the screen, with the failures that each has kept. */
export function exportOperations({ tenant, space }: SpaceScope, operations: readonly Operation[]): Promise<Exported> {
  return exportCsv(`operations-${tenant}-${space}`, columns, [operations]);
}
