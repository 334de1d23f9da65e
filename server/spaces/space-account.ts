import { PostroomError } from "#contracts/errors.ts";
import { metersOf, type SpaceUse, type SpaceQuota } from "#contracts/plans/quota.ts";
import type { QuotaMeter } from "#contracts/plans/plan.ts";
import type { TenantClient } from "../db/database.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { lockSpaceQuota, readSpaceAccount, type SpaceAccount } from "./queries.ts";

/** Plan and use of the context's space. @throws PostroomError `not-found` when it went away after it was resolved */
export async function requireSpaceAccount(client: TenantClient, ctx: { readonly space: Pick<SpaceContext["space"], "id" | "slug"> }): Promise<SpaceAccount> {
  const account = await readSpaceAccount(client, ctx.space.id);
  if (account) return account;
  throw new PostroomError({
    code: "not-found",
    message: `There is no address space “${ctx.space.slug}” in this tenant. Check the address of the page, or choose one from the switcher.`,
  });
}

/** Meters that are measured. Connections are counted by the gateways, and no figure is better than a wrong one. */
export function measuredMeters(quota: SpaceQuota, use: SpaceUse): QuotaMeter[] {
  return metersOf(quota, use).filter((meter) => meter.name !== "connections");
}

/**
 * One transaction that may take from the space's quota: such transactions wait for each other, in this process and
 * between processes, so that together they never pass it.
 * @throws PostroomError `rate-limited` in a burst that is too long
 */
export function withSpaceQuota<T>(ctx: SpaceContext, work: (client: TenantClient) => Promise<T>): Promise<T> {
  return ctx.services.quotaTurns.run(ctx.space.id, () =>
    ctx.inTenant(async (client) => {
      await lockSpaceQuota(client, ctx.space.id);
      return work(client);
    }),
  );
}

/** @throws PostroomError `phase-forbids` when the space is being deleted, so that nothing new can begin in it */
export function requireLivingSpace(account: SpaceAccount, ctx: { readonly space: Pick<SpaceContext["space"], "name"> }): void {
  if (account.phase !== "Terminating") return;
  throw new PostroomError({
    code: "phase-forbids",
    message: `The address space “${ctx.space.name}” is being deleted, so nothing can be added to it. Choose another space.`,
  });
}
