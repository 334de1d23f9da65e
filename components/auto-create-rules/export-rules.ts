import type { SpaceScope } from "#contracts/addresses/address.ts";
import type { AutoCreateRule } from "#contracts/auto-create-rules/auto-create-rule.ts";
import { type CsvColumn, exportCsv, type Exported } from "#components/table/export-rows.ts";

const columns: readonly CsvColumn<AutoCreateRule>[] = [
  { title: "Names", value: ({ pattern }) => pattern },
  { title: "Type", value: ({ type }) => type },
  { title: "Plan", value: ({ planName }) => planName },
  { title: "Plan id", value: ({ planId }) => planId },
  { title: "Deleted after minutes unused", value: ({ deleteUnusedMinutes }) => deleteUnusedMinutes },
  { title: "Addresses made by it", value: ({ addresses }) => addresses },
  { title: "Makes nothing because", value: ({ refusal }) => refusal },
  { title: "Added", value: ({ createdAt }) => createdAt },
  { title: "Added by", value: ({ createdBy }) => createdBy },
];

/** Saves the rules of a space. */
export function exportRules({ tenant, space }: SpaceScope, rules: readonly AutoCreateRule[]): Promise<Exported> {
  return exportCsv(`rules-${tenant}-${space}`, columns, [rules]);
}
