import type { Credential, RotateCredential } from "#contracts/credentials/credential.ts";
import { PostroomError } from "#contracts/errors.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { endPreviousSecretNow, storeRotation } from "./queries.ts";
import { requireCredential } from "./require-credential.ts";
import { generateSecret, hashSecret, sealSecret } from "./seal-secret.ts";

const hourMs = 3_600_000;

/**
 * Gives a credential another secret, which is in the answer and nowhere else. The old one works beside it for the hours asked; one
 * that an earlier rotation replaced ends at once.
 * @throws PostroomError `not-found`, `phase-forbids` while the credential is not Active
 */
export async function rotateCredential(ctx: SpaceContext, { name, overlapHours }: Pick<RotateCredential, "name" | "overlapHours">): Promise<{ credential: Credential; secret: string }> {
  const secret = generateSecret();
  const sealedSecret = sealSecret(secret, ctx.services.sealingKey);
  const previousSecretUntil = new Date(Date.now() + overlapHours * hourMs);
  const credential = await ctx.inTenant(async (client) => {
    const before = await requireCredential(client, ctx, name);
    if (!(await storeRotation(client, before.id, { sealedSecret, secretHash: hashSecret(secret), previousSecretUntil }))) {
      throw new PostroomError({ code: "phase-forbids", message: "The credential is being set up or deleted, so its secret cannot be replaced now. Try again when it is Active." });
    }
    const after = await requireCredential(client, ctx, name);
    await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
      action: "credential:rotate",
      objectType: "credential",
      objectName: `${ctx.space.slug}/${name}`,
      before: { rotatedAt: before.rotatedAt },
      after: { rotatedAt: after.rotatedAt, overlapEndsAt: after.previousSecretUntil },
    });
    return after;
  });
  return { credential, secret };
}

/**
 * Ends the overlap of a rotation before its time: connections that use the old secret are closed.
 * @throws PostroomError `not-found`, `conflict` when no old secret works any more
 */
export function endPreviousSecret(ctx: SpaceContext, { name }: { name: string }): Promise<Credential> {
  return ctx.inTenant(async (client) => {
    const before = await requireCredential(client, ctx, name);
    if (!(await endPreviousSecretNow(client, before.id))) {
      throw new PostroomError({ code: "conflict", message: `Only one secret of ${name} works now, so there is no old one to end.` });
    }
    await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
      action: "credential:rotate",
      objectType: "credential",
      objectName: `${ctx.space.slug}/${name}`,
      before: { overlapEndsAt: before.previousSecretUntil },
      after: { overlapEndsAt: new Date().toISOString() },
    });
    return requireCredential(client, ctx, name);
  });
}
