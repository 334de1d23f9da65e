import type { PlatformPerson } from "#contracts/platform-roles/platform-person.ts";
import { type CsvColumn, exportCsv, type Exported } from "#components/table/export-rows.ts";

const columns: readonly CsvColumn<PlatformPerson>[] = [
  { title: "Name", value: ({ name }) => name },
  { title: "E-mail", value: ({ email }) => email },
  { title: "Roles", value: ({ roles }) => roles.join(" ") },
  { title: "Asked for", value: ({ wantedRoles }) => wantedRoles?.join(" ") ?? null },
  { title: "State", value: ({ phase }) => phase },
  { title: "Reason", value: ({ reason }) => reason },
];

/** Saves who holds roles across tenants. */
export function exportPlatformPeople(people: readonly PlatformPerson[]): Promise<Exported> {
  return exportCsv("platform-roles", columns, [people]);
}
