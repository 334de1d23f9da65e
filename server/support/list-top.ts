import type { TopAddress, TopMeasure } from "#contracts/support/support.ts";
import { findStatistics } from "../addresses/statistics-queries.ts";
import type { PlatformContext } from "../trpc/procedures.ts";
import { findTop } from "./queries.ts";

/** The first addresses of all tenants by one measure, the most first. */
export function listTop(ctx: PlatformContext, { by }: { by: TopMeasure }): Promise<TopAddress[]> {
  return ctx.services.database.withSupport(ctx.person.userId, async (client) => {
    const found = await findTop(client, by);
    const statistics = new Map((await findStatistics(client, found.map(({ id }) => id))).map((each) => [each.addressId, each]));
    return found.flatMap(({ id, ...place }) => {
      const numbers = statistics.get(id);
      return numbers === undefined ? [] : [{ ...place, statistics: numbers }];
    });
  });
}
