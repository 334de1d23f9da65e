import type { ClientEventPage, ListClientEvents } from "#contracts/connections/client-event.ts";
import type { ConnectionDetail, ConnectionPage, LinkList, ListConnections, RefreshConnections } from "#contracts/connections/connection.ts";
import { PostroomError } from "#contracts/errors.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { eventCursor, readEventPage } from "./event-queries.ts";
import { findConnections, readConnectionPage, readConnectionsNow, readLinks } from "./queries.ts";

/** One page of the space's connections as of the last sample. */
export function listConnections(ctx: SpaceContext, input: Omit<ListConnections, "tenant" | "space">): Promise<ConnectionPage> {
  return ctx.inTenant((client) => readConnectionPage(client, ctx.space.id, input));
}

/** Connections that a screen shows, as they are now. */
export function refreshConnections(ctx: SpaceContext, input: Omit<RefreshConnections, "tenant" | "space">): Promise<ConnectionPage> {
  return ctx.inTenant((client) => readConnectionsNow(client, ctx.space.id, input));
}

/** A connection with its links. @throws PostroomError `not-found` when it is closed, or was never there */
export function getConnection(ctx: SpaceContext, { id }: { id: string }): Promise<ConnectionDetail> {
  return ctx.inTenant(async (client) => {
    const [connection] = await findConnections(client, ctx.space.id, [id]);
    if (connection === undefined) throw new PostroomError({ code: "not-found", message: "This connection is closed, or was never there. What its client did stands in the history of the connections." });
    return { ...connection, ownLinks: (await readLinks(client, ctx.space.id, { connectionId: id })).items };
  });
}

/** Links at an address as of the last sample. */
export function listLinks(ctx: SpaceContext, { name }: { name: string }): Promise<LinkList> {
  return ctx.inTenant((client) => readLinks(client, ctx.space.id, { address: name }));
}

/** What happened to the space's clients, the newest first. */
export function listClientEvents(ctx: SpaceContext, input: Omit<ListClientEvents, "tenant" | "space">): Promise<ClientEventPage> {
  return ctx.inTenant(async (client) => {
    const read = await readEventPage(client, ctx.space.id, input);
    const items = read.slice(0, input.limit);
    const last = items.at(-1);
    return { items, nextCursor: last !== undefined && read.length > items.length ? eventCursor(last) : null };
  });
}
