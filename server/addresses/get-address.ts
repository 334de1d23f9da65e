import type { AddressDetail } from "#contracts/addresses/address-detail.ts";
import { PostroomError } from "#contracts/errors.ts";
import type { TenantClient } from "../db/database.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { findAddress } from "./queries.ts";
import { findStatistics } from "./statistics-queries.ts";

/** The address with its plan's limits. @throws PostroomError `not-found` */
export function getAddress(ctx: SpaceContext, input: { name: string }): Promise<AddressDetail> {
  return ctx.inTenant((client) => requireAddress(client, ctx, input.name));
}

/** As {@link getAddress}, inside a transaction. */
export async function requireAddress(client: TenantClient, ctx: SpaceContext, name: string): Promise<AddressDetail> {
  const address = await findAddress(client, ctx.space.id, name);
  if (address) return { ...address, statistics: (await findStatistics(client, [address.id]))[0] ?? null };
  throw new PostroomError({
    code: "not-found",
    message: `There is no address “${name}” in the space ${ctx.space.slug}. It may have been deleted; look at the list of addresses.`,
  });
}
