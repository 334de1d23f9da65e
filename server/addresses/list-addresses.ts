import type { Address, AddressPage, ListAddresses } from "#contracts/addresses/address.ts";
import { lastPage } from "#contracts/addresses/address-list.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { decodeAddressCursor, encodeAddressCursor } from "./address-cursor.ts";
import { countMatches, countMatchesAround, findMatches, readAddressPage } from "./address-page.ts";
import { findStatistics } from "./statistics-queries.ts";

/**
 * One page of the space's addresses, forward or back from any place, with the number of its first row. Rows that appear or
 * go meanwhile neither repeat nor hide others.
 */
export async function listAddresses(ctx: SpaceContext, input: Omit<ListAddresses, "tenant" | "space">): Promise<AddressPage> {
  const { sort, descending, cursor, limit, search, type, phase, plan, topic } = input;
  const isLast = cursor === lastPage;
  const place = cursor === undefined || isLast ? undefined : decodeAddressCursor(cursor, sort, descending);
  const backward = isLast || place?.backward === true;
  const filters = { search, type, phase, plan, topic };
  return ctx.inTenant(async (client) => {
    const asked = { spaceId: ctx.space.id, filters, sort, descending };
    const common = { ...asked, matches: await findMatches(client, asked) };
    const read = await readAddressPage(client, { ...common, backward, place, limit });
    const items = backward ? read.slice(0, limit).toReversed() : read.slice(0, limit);
    const [first, last] = [items.at(0), items.at(-1)];
    const statistics = await findStatistics(client, items.map(({ id }) => id));
    const withNumbers = (row: Address) => ({ ...row, statistics: statistics.find(({ addressId }) => addressId === row.id) });
    // The only page needs no count, and where the first and the last page stand is known by the total.
    const isWhole = (cursor === undefined || isLast) && read.length <= limit;
    const count = async (): Promise<{ total: number; before: number }> => {
      if (isWhole) return { total: read.length, before: 0 };
      if (cursor !== undefined && !isLast && first !== undefined) return countMatchesAround(client, common, withNumbers(first));
      const total = await countMatches(client, common);
      return { total, before: isLast ? total - items.length : 0 };
    };
    const { total, before } = await count();
    const hasBefore = first !== undefined && (backward ? read.length > limit : before > 0);
    const hasAfter = last !== undefined && (backward ? before + items.length < total : read.length > limit);
    return {
      items,
      statistics,
      total,
      firstRow: first === undefined ? 0 : before + 1,
      nextCursor: hasAfter ? encodeAddressCursor(sort, descending, withNumbers(last)) : null,
      previousCursor: hasBefore ? encodeAddressCursor(sort, descending, withNumbers(first), true) : null,
    };
  });
}
