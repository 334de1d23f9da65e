import type { Credential } from "#contracts/credentials/credential.ts";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { type CsvColumn, exportCsv, type Exported } from "#components/table/export-rows.ts";
import { permissionWords } from "./permission-words.ts";

const columns: readonly CsvColumn<Credential>[] = [
  { title: "Name", value: ({ name }) => name },
  { title: "Logs in as", value: ({ login }) => login },
  { title: "May", value: ({ permissions }) => permissionWords(permissions) },
  { title: "Phase", value: ({ phase }) => phase },
  { title: "Reason", value: ({ reason }) => reason },
  { title: "Connections", value: ({ connections }) => connections },
  { title: "Last used", value: ({ lastUsedAt }) => lastUsedAt },
  { title: "Ends", value: ({ expiresAt }) => expiresAt },
  { title: "Old secret until", value: ({ previousSecretUntil }) => previousSecretUntil },
  { title: "Created", value: ({ createdAt }) => createdAt },
  { title: "Created by", value: ({ createdBy }) => createdBy },
];

/** Saves the credentials on the screen; a secret is never among them. */
export function exportCredentials({ tenant, space }: SpaceScope, credentials: readonly Credential[]): Promise<Exported> {
  return exportCsv(`credentials-${tenant}-${space}`, columns, [credentials]);
}
