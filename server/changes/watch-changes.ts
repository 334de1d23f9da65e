import type { Change } from "#contracts/changes.ts";
import { isAllowed } from "#contracts/permissions.ts";
import { findChangedStatistics } from "../addresses/statistics-queries.ts";
import { findAddresses } from "../addresses/queries.ts";
import { findCredentials } from "../credentials/queries.ts";
import { findOperations } from "../operations/queries.ts";
import { resolveSpace } from "../tenants/resolve-scope.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import type { PendingChanges } from "./change-feed.ts";

/** A removed member's stream ends at its next change, and without one within this. */
const membershipCheckMs = 5_000;

/** Numbers told in one message. */
const maxChangedStatistics = 1_000;

/**
 * The changes of a space from now on, beginning with `resync`. Rows are read when they are told, under row level security;
 * several changes of one row that come close together are told as one.
 * @throws PostroomError `not-found` or `forbidden` as soon as the caller may no longer read the space, `unauthenticated` when the login was ended; an AbortError when
 *   the token ends or the console stops, which closes the stream so that the browser comes back by itself
 */
export async function* watchChanges(ctx: SpaceContext, signal: AbortSignal | undefined): AsyncGenerator<Change, void> {
  const subscription = ctx.services.changeFeed.subscribe(ctx.space.id, ctx.person.userId);
  try {
    for (;;) {
      if (signal?.aborted) return;
      const remainingMs = ctx.person.expiresAt.getTime() - Date.now();
      if (remainingMs <= 0) throw new DOMException("The access token has ended.", "AbortError");
      const pending = await subscription.next(Math.min(membershipCheckMs, remainingMs), signal);
      if (signal?.aborted) return;
      // A console that stops would otherwise wait for its readers.
      if (subscription.ended) throw new DOMException("The console stops.", "AbortError");
      await ctx.person.confirmLogin();
      const { roles, space } = await resolveSpace(ctx, ctx.tenant.slug, ctx.space.slug);
      // A space deleted and made again under the same name is another one.
      const readable = space.id === ctx.space.id && isAllowed(roles, "address:read");
      if (!readable) throw new DOMException("The space can no longer be watched.", "AbortError");
      yield* read(ctx, { ...pending, credentials: isAllowed(roles, "credential:read") ? pending.credentials : [], operations: isAllowed(roles, "operation:read") ? pending.operations : [], connections: pending.connections && isAllowed(roles, "connection:read") });
    }
  } finally {
    subscription.close();
  }
}

async function* read(ctx: SpaceContext, { resync, addresses, credentials, operations, statisticsSince, connections }: PendingChanges): AsyncGenerator<Change, void> {
  if (resync) yield { noun: "resync" };
  else if (connections) yield { noun: "connections" };
  if (statisticsSince !== undefined) {
    const resources = await ctx.inTenant((client) => findChangedStatistics(client, ctx.space.id, statisticsSince, maxChangedStatistics));
    // Beyond that a screen does better to ask for the rows that it shows.
    if (resources.length === maxChangedStatistics && !resync) yield { noun: "resync" };
    else if (resources.length > 0) yield { noun: "statistics", resources };
  }
  if (addresses.length + credentials.length + operations.length === 0) return;
  const [addressRows, credentialRows, operationRows] = await ctx.inTenant(async (client) => [
    addresses.length > 0 ? await findAddresses(client, ctx.space.id, addresses) : [],
    credentials.length > 0 ? await findCredentials(client, ctx.space.id, credentials) : [],
    operations.length > 0 ? await findOperations(client, ctx.space.id, operations) : [],
  ]);
  for (const name of addresses) yield { noun: "address", name, resource: addressRows.find((row) => row.name === name) ?? null };
  for (const name of credentials) yield { noun: "credential", name, resource: credentialRows.find((row) => row.name === name) ?? null };
  for (const id of operations) yield { noun: "operation", id, resource: operationRows.find((row) => row.id === id) ?? null };
}
