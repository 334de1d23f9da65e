import type { z } from "zod";
import type { createCredentialFields, Credential } from "#contracts/credentials/credential.ts";
import { PostroomError } from "#contracts/errors.ts";
import { credentialLogin } from "#contracts/naming.ts";
import { refusalOfDemand } from "#contracts/plans/quota.ts";
import { refusalSentence } from "#contracts/plans/quota-sentences.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { isUniqueViolation } from "../db/database-errors.ts";
import { answerOnce, type KeyedRequest } from "../idempotency-keys/answer-once.ts";
import { requireLivingSpace, requireSpaceAccount, withSpaceQuota } from "../spaces/space-account.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { findCredential, insertCredential } from "./queries.ts";
import { generateSecret, hashSecret, sealSecret } from "./seal-secret.ts";

/**
 * Makes an application's login in phase Pending. The secret is in the answer and nowhere else: the row keeps it sealed
 * for the provisioner.
 * @throws PostroomError `already-exists`, `quota-exceeded`, `phase-forbids`, `conflict` also for the same request sent again: its secret is not kept
 */
export async function createCredential(
  ctx: SpaceContext,
  input: z.infer<typeof createCredentialFields>,
  idempotencyKey?: string,
): Promise<{ credential: Credential; secret: string }> {
  const secret = generateSecret();
  const sealedSecret = sealSecret(secret, ctx.services.sealingKey);
  const { name, permissions, expiresAt } = input;
  const request: KeyedRequest = { key: idempotencyKey, procedure: "credentials.create", input: [ctx.space.id, { name, permissions, expiresAt }] };
  try {
    const { answer: credential, isRepeated } = await withSpaceQuota(ctx, (client) => answerOnce(client, ctx, request, async () => {
      const account = await requireSpaceAccount(client, ctx);
      requireLivingSpace(account, ctx);
      const holder = await findCredential(client, ctx.space.id, name);
      if (holder) throw alreadyExists(name, holder.phase === "Terminating");
      const refusal = refusalOfDemand(account.quota, account.use, { credentials: 1 });
      if (refusal) {
        throw new PostroomError({ code: "quota-exceeded", message: refusalSentence(refusal, account.planName), limit: refusal });
      }
      const owner = { tenantId: ctx.tenant.id, spaceId: ctx.space.id, createdBy: ctx.person.email };
      const login = credentialLogin(ctx.tenant.slug, ctx.space.slug, name);
      const created = await insertCredential(client, owner, { name, login, permissions, expiresAt, sealedSecret, secretHash: hashSecret(secret) });
      await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
        action: "credential:create",
        objectType: "credential",
        objectName: `${ctx.space.slug}/${name}`,
        after: { login, permissions, expiresAt },
      });
      return created;
    }));
    if (isRepeated) throw secretIsLost(name);
    return { credential, secret };
  } catch (error) {
    if (isUniqueViolation(error)) throw alreadyExists(name, false);
    throw error;
  }
}

function secretIsLost(name: string): PostroomError {
  return new PostroomError({
    code: "conflict",
    message: `The credential “${name}” has been made by this very request, which was sent before; its secret was in the answer to that, and is kept nowhere. If you do not have it, give the credential a new secret (rotate it).`,
  });
}

function alreadyExists(name: string, terminating: boolean): PostroomError {
  return new PostroomError({
    code: "already-exists",
    field: "name",
    message: terminating
      ? `This space still has a credential “${name}”; it is being deleted. Try again in a moment, or choose another name.`
      : `This space already has a credential “${name}”. Choose another name.`,
  });
}
