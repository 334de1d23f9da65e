import type { AddressPage, ListAddresses } from "#contracts/addresses/address.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { decodeAddressCursor, encodeAddressCursor } from "./address-cursor.ts";
import { listAddressRows } from "./queries.ts";

/** One page of the space's addresses. Rows that appear or go meanwhile neither repeat nor hide others. */
export async function listAddresses(ctx: SpaceContext, input: Omit<ListAddresses, "tenant" | "space">): Promise<AddressPage> {
  const after = input.cursor === undefined ? undefined : decodeAddressCursor(input.cursor, input.sort, input.descending);
  const { rows, total } = await ctx.inTenant((client) => listAddressRows(client, ctx.space.id, input, after));
  const items = rows.slice(0, input.limit);
  const last = rows.length > input.limit ? items.at(-1) : undefined;
  return { items, total, nextCursor: last ? encodeAddressCursor(input.sort, input.descending, last) : null };
}
