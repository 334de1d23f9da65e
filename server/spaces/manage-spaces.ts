import type { z } from "zod";
import { PostroomError } from "#contracts/errors.ts";
import type { ListedSpace, newSpaceFields } from "#contracts/spaces/space.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { isUniqueViolation } from "../db/database-errors.ts";
import { markDue } from "../db/mark-due.ts";
import { answerOnce, type KeyedRequest } from "../idempotency-keys/answer-once.ts";
import type { SpaceContext, TenantContext } from "../trpc/procedures.ts";
import { findListedSpace, insertSpace, listSpaceRows, lockTenantSpaces, markSpaceTerminating, readSpaceAllowance } from "./managed-queries.ts";

/** The tenant's spaces, and what it may still make. */
export function listSpaces(ctx: TenantContext): Promise<{ spaces: ListedSpace[]; maxSpaces: number; planName: string }> {
  return ctx.inTenant(async (client) => {
    const { maxSpaces, planName } = await readSpaceAllowance(client, ctx.tenant.id);
    return { spaces: await listSpaceRows(client, ctx.tenant.id), maxSpaces, planName };
  });
}

/**
 * Makes a space in phase Pending, on the plan that the platform gives the tenant.
 * @throws PostroomError `already-exists`, `quota-exceeded`, `conflict`
 */
export async function createSpace(ctx: TenantContext, { slug, name }: z.infer<typeof newSpaceFields>, idempotencyKey?: string): Promise<ListedSpace> {
  const request: KeyedRequest = { key: idempotencyKey, procedure: "spaces.create", input: { slug, name } };
  try {
    const { answer } = await ctx.inTenant((client) => answerOnce(client, ctx, request, async () => {
      await lockTenantSpaces(client, ctx.tenant.id);
      const { maxSpaces, planId, used } = await readSpaceAllowance(client, ctx.tenant.id);
      if (used >= maxSpaces) {
        throw new PostroomError({
          code: "quota-exceeded",
          message: `The tenant ${ctx.tenant.name} has ${used} address spaces and may have ${maxSpaces}. Delete one, or ask a platform-admin to raise the limit.`,
          limit: { name: "spaces", value: maxSpaces, used, asked: 1 },
        });
      }
      await insertSpace(client, { tenantId: ctx.tenant.id, slug, name, planId, createdBy: ctx.person.email });
      await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, { action: "space:create", objectType: "space", objectName: slug, after: { name, planId } });
      return findListedSpace(client, ctx.tenant.id, slug);
    }));
    return answer;
  } catch (error) {
    if (isUniqueViolation(error)) throw new PostroomError({ code: "already-exists", field: "slug", message: `This tenant has a space “${slug}” already. Choose another short name.` });
    throw error;
  }
}

/**
 * Asks for the end of a space and of everything in it; it answers in phase Terminating.
 * @throws PostroomError `phase-forbids` when that was asked for already
 */
export function deleteSpace(ctx: SpaceContext): Promise<ListedSpace> {
  return ctx.inTenant(async (client) => {
    const before = await findListedSpace(client, ctx.tenant.id, ctx.space.slug);
    if (!(await markSpaceTerminating(client, ctx.space.id))) throw new PostroomError({ code: "phase-forbids", message: "The address space is already being deleted." });
    await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
      action: "space:delete",
      objectType: "space",
      objectName: ctx.space.slug,
      before: { name: before.name, addresses: before.addresses, credentials: before.credentials },
    });
    return findListedSpace(client, ctx.tenant.id, ctx.space.slug);
  });
}

/** Has the provisioner try at once what waits for its next try. @throws PostroomError `phase-forbids` when nothing is to be done */
export function retrySpace(ctx: SpaceContext): Promise<ListedSpace> {
  return ctx.inTenant(async (client) => {
    const { phase, reason } = await findListedSpace(client, ctx.tenant.id, ctx.space.slug);
    if (!(await markDue(client, "address_space", ctx.space.id))) {
      throw new PostroomError({ code: "phase-forbids", message: `The address space “${ctx.space.name}” is as it was asked for, so there is nothing to try again.` });
    }
    await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, { action: "space:retry", objectType: "space", objectName: ctx.space.slug, before: { phase, reason } });
    return findListedSpace(client, ctx.tenant.id, ctx.space.slug);
  });
}
