import type { Prisma } from "#prisma/generated/client.ts";
import type { TenantClient } from "../db/database.ts";

/** A key belongs to the person who chose it, in one tenant. */
export interface KeyId {
  readonly tenantId: string;
  readonly userId: string;
  readonly key: string;
}

/** Takes the key; while another transaction holds it, waits for that one's end. @returns false when it has been used */
export async function insertKey(client: TenantClient, row: KeyId & { readonly procedure: string; readonly inputHash: Uint8Array<ArrayBuffer> }): Promise<boolean> {
  const { count } = await client.idempotencyKey.createMany({ data: [row], skipDuplicates: true });
  return count === 1;
}

export function findKey(client: TenantClient, id: KeyId): Promise<{ inputHash: Uint8Array; answer: Prisma.JsonValue } | null> {
  return client.idempotencyKey.findUnique({ where: { tenantId_userId_key: id }, select: { inputHash: true, answer: true } });
}

export async function storeAnswer(client: TenantClient, id: KeyId, answer: Prisma.InputJsonValue): Promise<void> {
  await client.idempotencyKey.updateMany({ where: id, data: { answer } });
}
