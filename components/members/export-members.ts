import type { Member } from "#contracts/members/member.ts";
import { type CsvColumn, exportCsv, type Exported } from "#components/table/export-rows.ts";

const columns: readonly CsvColumn<Member>[] = [
  { title: "Name", value: ({ name }) => name },
  { title: "E-mail", value: ({ email }) => email },
  { title: "Role", value: ({ role }) => role },
  { title: "State", value: ({ state }) => state },
  { title: "Last login", value: ({ lastLoginAt }) => lastLoginAt },
  { title: "Invited until", value: ({ invitedUntil }) => invitedUntil },
  { title: "Member since", value: ({ createdAt }) => createdAt },
];

/** Saves the members on the screen. */
export function exportMembers(tenant: string, members: readonly Member[]): Promise<Exported> {
  return exportCsv(`members-${tenant}`, columns, [members]);
}
