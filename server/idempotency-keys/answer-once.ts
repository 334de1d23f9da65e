import { createHash } from "node:crypto";
import { PostroomError } from "#contracts/errors.ts";
import type { IdempotentProcedure } from "#contracts/idempotent-procedures.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import type { TenantClient } from "../db/database.ts";
import type { TenantContext } from "../trpc/procedures.ts";
import { findKey, insertKey, storeAnswer, type KeyId } from "./queries.ts";

/** Who asks, and in which tenant. */
export interface Asker {
  readonly tenant: Pick<TenantContext["tenant"], "id">;
  readonly person: Pick<TenantContext["person"], "userId">;
}

export interface KeyedRequest {
  readonly key: string | undefined;
  readonly procedure: IdempotentProcedure;
  /** All that the request says, the space included; equal requests have it equal to the letter. */
  readonly input: unknown;
}

/**
 * Does the work of a request once, in the caller's transaction: sent again with its key, also while the first is under way, it
 * is answered from what was kept. Without a key the work is just done. A refusal keeps nothing.
 * @param work what it answers is kept for a day, so it holds no secret
 * @throws PostroomError `conflict` when the key was used for another request
 */
export async function answerOnce<T extends object>(client: TenantClient, ctx: Asker, { key, procedure, input }: KeyedRequest, work: () => Promise<T>): Promise<{ answer: T; isRepeated: boolean }> {
  if (key === undefined) return { answer: await work(), isRepeated: false };
  const id: KeyId = { tenantId: ctx.tenant.id, userId: ctx.person.userId, key };
  const inputHash = new Uint8Array(createHash("sha256").update(JSON.stringify([procedure, input])).digest());
  if (await insertKey(client, { ...id, procedure, inputHash })) {
    const answer = await work();
    await storeAnswer(client, id, answer as Prisma.InputJsonObject);
    return { answer, isRepeated: false };
  }
  const held = await findKey(client, id);
  if (!held?.answer || Buffer.compare(held.inputHash, inputHash) !== 0) {
    throw new PostroomError({ code: "conflict", message: "This idempotency key was used for another request, so nothing has been done. Choose a new key for each thing that you want." });
  }
  return { answer: held.answer as T, isRepeated: true };
}
