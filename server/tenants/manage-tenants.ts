import { createHash, randomUUID } from "node:crypto";
import { PostroomError } from "#contracts/errors.ts";
import { tenantGraceDays, type CreateTenant, type ManagedTenant, type TenantLoss, type UpdateTenant } from "#contracts/tenants/manage-tenants.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { isUniqueViolation } from "../db/database-errors.ts";
import type { PlatformClient, TenantClient } from "../db/database.ts";
import { answerOnce, type KeyedRequest } from "../idempotency-keys/answer-once.ts";
import { makeInvitation, requestInvitationMail } from "../members/add-member.ts";
import { insertMember } from "../members/queries.ts";
import type { PlatformContext } from "../trpc/procedures.ts";
import { countTenantContents, findTenant, insertTenantRow, isSpacePlanOffered, listTenantRows, storeTenant, type ManagedTenantRow } from "./managed-queries.ts";

const dayMs = 86_400_000;

/** Tenants that match, with what is in them by number. */
export function listTenants(ctx: PlatformContext, { search }: { search: string }): Promise<{ tenants: ManagedTenant[]; total: number }> {
  return ctx.inPlatform((client) => listTenantRows(client, search));
}

/** What goes with the tenant when it is deleted. @throws PostroomError `not-found` */
export async function getTenantLoss(ctx: PlatformContext, { slug }: { slug: string }): Promise<TenantLoss> {
  const { id } = await requireTenant(ctx, slug);
  return ctx.services.database.withPlatformTenant(id, ctx.person.userId, (client) => countTenantContents(client, id));
}

/**
 * Makes a tenant with its first space and its first admin, who joins by an invitation as `members.invite` makes it.
 * @throws PostroomError `already-exists`, `invalid-input` for a plan that is not offered, `conflict`
 */
export async function createTenant(ctx: PlatformContext, input: CreateTenant, idempotencyKey?: string): Promise<{ tenant: ManagedTenant; link: string | null }> {
  const { admin, ...fields } = input;
  const { userId, email } = ctx.person;
  const id = idempotencyKey === undefined ? randomUUID() : tenantIdOf(userId, idempotencyKey);
  const { link, token, invitation } = makeInvitation(ctx.services, { tenantId: id, userId, key: idempotencyKey });
  const request: KeyedRequest = { key: idempotencyKey, procedure: "tenants.create", input };
  try {
    const { answer: tenant } = await ctx.services.database.withPlatformTenant(id, userId, (client) => answerOnce(client, { tenant: { id }, person: ctx.person }, request, async () => {
      await requireSpacePlan(client, fields.spacePlanId);
      await insertTenantRow(client, { id, ...fields }, email);
      const member = await insertMember(client, id, { ...admin, role: "tenant-admin" }, invitation);
      if (link === null) await requestInvitationMail(client, ctx, { id, name: fields.name }, member, token);
      await audit(client, ctx, { id, slug: fields.slug }, "tenant:create", undefined, { ...fields, admin: admin.email });
      return requireRow(await findTenant(client, fields.slug), fields.slug);
    }));
    return { tenant, link };
  } catch (error) {
    if (isUniqueViolation(error)) throw new PostroomError({ code: "already-exists", field: "slug", message: `There is a tenant “${fields.slug}” already. Choose another short name.` });
    throw error;
  }
}

/** A request that is sent again finds its own tenant: the id follows from who asks and the key. */
function tenantIdOf(userId: string, key: string): string {
  const bytes = createHash("sha256").update(JSON.stringify([userId, key])).digest().subarray(0, 16);
  // Version 8 of RFC 9562: a meaning of our own.
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Changes name and quotas; spaces that are there stay. @throws PostroomError `not-found`, `invalid-input` for a plan that is not offered */
export async function updateTenant(ctx: PlatformContext, { slug, ...fields }: UpdateTenant): Promise<ManagedTenant> {
  const before = await requireTenant(ctx, slug);
  if (fields.spacePlanId !== before.spacePlanId) await ctx.inPlatform((client) => requireSpacePlan(client, fields.spacePlanId));
  const { name, maxSpaces, spacePlanId } = before;
  return change(ctx, before, "tenant:update", fields, { name, maxSpaces, spacePlanId }, fields);
}

/** Closes the tenant to messaging clients, whose connections end, and to changes; keeps all it has. @throws PostroomError `not-found`, `conflict` */
export async function suspendTenant(ctx: PlatformContext, { slug, reason }: { slug: string; reason: string }): Promise<ManagedTenant> {
  const before = await requireTenant(ctx, slug);
  if (before.closure !== null) throw conflict(before, `The tenant ${slug} is closed already.`);
  return change(ctx, before, "tenant:suspend", { suspendedAt: new Date(), suspensionReason: reason }, undefined, { reason });
}

/** Opens a suspended tenant again. @throws PostroomError `not-found`, `conflict` when it is not suspended */
export async function resumeTenant(ctx: PlatformContext, { slug }: { slug: string }): Promise<ManagedTenant> {
  const before = await requireTenant(ctx, slug);
  if (before.closure?.kind !== "suspended") throw conflict(before, `The tenant ${slug} is not suspended.`);
  return change(ctx, before, "tenant:resume", { suspendedAt: null, suspensionReason: "" }, { reason: before.closure.reason }, undefined);
}

/**
 * Closes the tenant at once and lets the provisioner delete everything in it after the grace, in which it can be restored.
 * @throws PostroomError `not-found`, `conflict` when that was asked for already
 */
export async function deleteTenant(ctx: PlatformContext, { slug }: { slug: string }): Promise<ManagedTenant> {
  const before = await requireTenant(ctx, slug);
  if (before.closure?.kind === "deleting") throw conflict(before, `The deletion of the tenant ${slug} was asked for already.`);
  const deleteAt = new Date(Date.now() + tenantGraceDays * dayMs);
  return change(ctx, before, "tenant:delete", { deleteAt }, undefined, { deleteAt: deleteAt.toISOString() });
}

/** Takes the wish to delete a tenant back; a tenant that was suspended before is so again. @throws PostroomError `not-found`, `conflict` */
export async function restoreTenant(ctx: PlatformContext, { slug }: { slug: string }): Promise<ManagedTenant> {
  const before = await requireTenant(ctx, slug);
  const { closure } = before;
  if (closure?.deleteAt == null) throw conflict(before, `Nobody has asked for the deletion of the tenant ${slug}.`);
  if (Date.parse(closure.deleteAt) <= Date.now()) throw conflict(before, `The tenant ${slug} is being deleted, and its grace is over.`);
  return change(ctx, before, "tenant:restore", { deleteAt: null }, { deleteAt: closure.deleteAt }, undefined);
}

function change(
  ctx: PlatformContext,
  { id, slug }: ManagedTenantRow,
  action: string,
  data: Prisma.TenantUpdateManyMutationInput,
  before: Prisma.InputJsonValue | undefined,
  after: Prisma.InputJsonValue | undefined,
): Promise<ManagedTenant> {
  return ctx.services.database.withPlatformTenant(id, ctx.person.userId, async (client) => {
    await storeTenant(client, id, data);
    await audit(client, ctx, { id, slug }, action, before, after);
    return requireRow(await findTenant(client, slug), slug);
  });
}

function audit(client: TenantClient, { person }: PlatformContext, { id, slug }: { id: string; slug: string }, action: string, before: Prisma.InputJsonValue | undefined, after: Prisma.InputJsonValue | undefined): Promise<void> {
  return recordAudit(client, { tenantId: id, person }, { action, objectType: "tenant", objectName: slug, before, after });
}

async function requireTenant(ctx: PlatformContext, slug: string): Promise<ManagedTenantRow> {
  return requireRow(await ctx.inPlatform((client) => findTenant(client, slug)), slug);
}

function requireRow(row: ManagedTenantRow | null, slug: string): ManagedTenantRow {
  if (row) return row;
  throw new PostroomError({ code: "not-found", message: `There is no tenant “${slug}”. It may have been deleted; look at the list of tenants.` });
}

async function requireSpacePlan(client: PlatformClient | TenantClient, planId: string): Promise<void> {
  if (await isSpacePlanOffered(client, planId)) return;
  throw new PostroomError({ code: "invalid-input", field: "spacePlanId", message: "Choose one of the space plans that are offered." });
}

function conflict({ slug }: ManagedTenantRow, what: string): PostroomError {
  return new PostroomError({ code: "conflict", message: `${what} Somebody else may have been faster; look at ${slug} in the list of tenants.` });
}
