import { clientEventPageSchema, listClientEventsSchema } from "#contracts/connections/client-event.ts";
import {
  closeConnectionsSchema, connectionDetailSchema, connectionPageSchema, getConnectionSchema, linkListSchema, listConnectionsSchema, listLinksSchema, refreshConnectionsSchema,
} from "#contracts/connections/connection.ts";
import { operationSchema } from "#contracts/operations/operation.ts";
import { spaceProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { closeConnections } from "./close-connections.ts";
import { getConnection, listClientEvents, listConnections, listLinks, refreshConnections } from "./list-connections.ts";

/** That something has changed is pushed over `changes.watch`. */
export const connectionsRouter = router({
  list: spaceProcedure("connection:read")
    .input(listConnectionsSchema)
    .output(connectionPageSchema)
    .query(({ ctx, input }) => listConnections(ctx, input)),
  refresh: spaceProcedure("connection:read")
    .input(refreshConnectionsSchema)
    .output(connectionPageSchema)
    .query(({ ctx, input }) => refreshConnections(ctx, input)),
  get: spaceProcedure("connection:read")
    .input(getConnectionSchema)
    .output(connectionDetailSchema)
    .query(({ ctx, input }) => getConnection(ctx, input)),
  listLinks: spaceProcedure("connection:read")
    .input(listLinksSchema)
    .output(linkListSchema)
    .query(({ ctx, input }) => listLinks(ctx, input)),
  listEvents: spaceProcedure("connection:read")
    .input(listClientEventsSchema)
    .output(clientEventPageSchema)
    .query(({ ctx, input }) => listClientEvents(ctx, input)),
  close: spaceProcedure("connection:close")
    .input(closeConnectionsSchema)
    .output(operationSchema)
    .mutation(({ ctx, input }) => closeConnections(ctx, input)),
});
