import { z } from "zod";
import { messagingPermissionSchema, previewedNames, type Credential, type MessagingPermission, type PreviewedPermission } from "#contracts/credentials/credential.ts";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import type { Phase } from "#contracts/phases.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import type { TenantClient } from "../db/database.ts";

const columns = {
  id: true,
  name: true,
  login: true,
  permissions: true,
  phase: true,
  reason: true,
  createdAt: true,
  createdBy: true,
  expiresAt: true,
  rotatedAt: true,
  previousSecretUntil: true,
  connections: true,
  lastUsedAt: true,
  generation: true,
  observedGeneration: true,
} satisfies Prisma.CredentialSelect;

type Row = Prisma.CredentialGetPayload<{ select: typeof columns }>;

function toCredential({ generation, observedGeneration, ...row }: Row): Credential {
  return {
    ...row,
    permissions: z.array(messagingPermissionSchema).parse(row.permissions),
    // What has changed in an Active one, its secret for example, is not confirmed before the gateways have it.
    phase: row.phase === "Active" && generation !== observedGeneration ? "Configuring" : (row.phase as Phase),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    rotatedAt: row.rotatedAt?.toISOString() ?? null,
    previousSecretUntil: row.previousSecretUntil?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}

/** Most credentials that one answer lists; space plans stay below it. */
const maxListed = 1_000;

export async function listCredentialRows(client: TenantClient, spaceId: string): Promise<Credential[]> {
  const rows = await client.credential.findMany({ where: { spaceId }, orderBy: { name: "asc" }, take: maxListed, select: columns });
  return rows.map(toCredential);
}

export async function findCredential(client: TenantClient, spaceId: string, name: string): Promise<Credential | null> {
  const row = await client.credential.findUnique({ where: { spaceId_name: { spaceId, name } }, select: columns });
  return row && toCredential(row);
}

/** What these logins may do, without those that are not to be let in any more. */
export async function findPermissions(client: TenantClient, spaceId: string, logins: readonly string[]): Promise<ReadonlyMap<string, readonly MessagingPermission[]>> {
  const rows = await client.credential.findMany({ where: { spaceId, login: { in: [...logins] }, phase: { not: "Terminating" } }, select: { login: true, permissions: true } });
  return new Map(rows.map(({ login, permissions }) => [login, z.array(messagingPermissionSchema).parse(permissions)]));
}

/** Those of the names that exist. */
export async function findCredentials(client: TenantClient, spaceId: string, names: readonly string[]): Promise<Credential[]> {
  const rows = await client.credential.findMany({ where: { spaceId, name: { in: [...names] } }, select: columns });
  return rows.map(toCredential);
}

/** A new row in phase Pending, with the secret sealed for the provisioner. */
export async function insertCredential(
  client: TenantClient,
  owner: { tenantId: string; spaceId: string; createdBy: string },
  fields: { name: string; login: string; permissions: MessagingPermission[]; expiresAt: string | null; sealedSecret: Uint8Array<ArrayBuffer>; secretHash: Uint8Array<ArrayBuffer> },
): Promise<Credential> {
  return toCredential(await client.credential.create({ data: { ...owner, ...fields }, select: columns }));
}

/** Gives an Active credential another secret, unless a change of it is still under way. @returns whether it did */
export async function storeRotation(client: TenantClient, id: string, rotation: { sealedSecret: Uint8Array<ArrayBuffer>; secretHash: Uint8Array<ArrayBuffer>; previousSecretUntil: Date }): Promise<boolean> {
  const { count } = await client.credential.updateMany({
    where: { id, phase: "Active", observedGeneration: { equals: client.credential.fields.generation } },
    data: { ...rotation, rotatedAt: new Date(), generation: { increment: 1 }, attempts: 0, nextAttemptAt: new Date() },
  });
  return count === 1;
}

/** Lets the replaced secret end now, if there is one. @returns whether there is */
export async function endPreviousSecretNow(client: TenantClient, id: string): Promise<boolean> {
  const now = new Date();
  const { count } = await client.credential.updateMany({ where: { id, phase: { not: "Terminating" }, previousSecretUntil: { gt: now } }, data: { previousSecretUntil: now } });
  return count === 1;
}

/** Asks for the end of a credential, unless somebody already has; a secret not yet taken over is forgotten at once. */
export async function markCredentialTerminating(client: TenantClient, id: string): Promise<boolean> {
  const { count } = await client.credential.updateMany({
    where: { id, phase: { not: "Terminating" } },
    data: { phase: "Terminating", reason: null, sealedSecret: null, generation: { increment: 1 }, attempts: 0, nextAttemptAt: new Date() },
  });
  return count === 1;
}

/** Addresses that a pattern covers: how many, and the first few by name. Addresses on their way out do not count. */
export async function previewPattern(client: TenantClient, spaceId: string, pattern: string): Promise<PreviewedPermission> {
  const key = addressNameKey(pattern);
  const nameKey = key.endsWith("*") ? { startsWith: escapeLike(key.slice(0, -1)) } : key;
  const where: Prisma.AddressWhereInput = { spaceId, phase: { not: "Terminating" }, ...(key === "*" ? {} : { nameKey }) };
  const rows = await client.address.findMany({ where, orderBy: { nameKey: "asc" }, take: previewedNames, select: { name: true } });
  return { pattern, count: await client.address.count({ where }), names: rows.map(({ name }) => name) };
}

/** Prisma hands the text to LIKE as it is. */
function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
