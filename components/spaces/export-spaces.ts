import type { ListedSpace } from "#contracts/spaces/space.ts";
import { type CsvColumn, exportCsv, type Exported } from "#components/table/export-rows.ts";

const columns: readonly CsvColumn<ListedSpace>[] = [
  { title: "Name", value: ({ name }) => name },
  { title: "Short name", value: ({ slug }) => slug },
  { title: "Plan", value: ({ planName }) => planName },
  { title: "Phase", value: ({ phase }) => phase },
  { title: "Reason", value: ({ reason }) => reason },
  { title: "Addresses", value: ({ addresses }) => addresses },
  { title: "Credentials", value: ({ credentials }) => credentials },
  { title: "Created", value: ({ createdAt }) => createdAt },
];

/** Saves the spaces of a tenant. */
export function exportSpaces(tenant: string, spaces: readonly ListedSpace[]): Promise<Exported> {
  return exportCsv(`spaces-${tenant}`, columns, [spaces]);
}
