import type { ManagedTenant } from "#contracts/tenants/manage-tenants.ts";
import { type CsvColumn, exportCsv, type Exported } from "#components/table/export-rows.ts";

const columns: readonly CsvColumn<ManagedTenant>[] = [
  { title: "Tenant", value: ({ slug }) => slug },
  { title: "Name", value: ({ name }) => name },
  { title: "State", value: ({ closure }) => closure?.kind ?? "open" },
  { title: "Spaces", value: ({ spaces }) => spaces.map(({ slug }) => slug).join(" ") },
  { title: "Spaces at most", value: ({ maxSpaces }) => maxSpaces },
  { title: "Addresses", value: ({ addresses }) => addresses },
  { title: "Created", value: ({ createdAt }) => createdAt },
];

/** Saves the tenants on the screen. */
export function exportTenants(tenants: readonly ManagedTenant[]): Promise<Exported> {
  return exportCsv("tenants", columns, [tenants]);
}
