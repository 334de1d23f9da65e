import type { FoundEverywhere } from "#contracts/support/support.ts";
import type { PlatformContext } from "../trpc/procedures.ts";
import { findAddressesNamed, findConnectionsOf, findCredentialsNamed, findEventsSaying, findSpacesNamed, findTenantsNamed } from "./search-queries.ts";

/** Whatever has these words in its name, in all tenants, and what clients were told with these words. */
export function searchEverywhere(ctx: PlatformContext, { text }: { text: string }): Promise<FoundEverywhere> {
  return ctx.services.database.withSupport(ctx.person.userId, async (client) => ({
    tenants: await findTenantsNamed(client, text),
    spaces: await findSpacesNamed(client, text),
    addresses: await findAddressesNamed(client, text),
    credentials: await findCredentialsNamed(client, text),
    connections: await findConnectionsOf(client, text),
    events: (await findEventsSaying(client, text)).map(({ at, ...event }) => ({ ...event, at: at.toISOString() })),
  }));
}
