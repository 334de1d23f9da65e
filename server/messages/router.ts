import { browseMessagesSchema, countMessagesSchema, messageCountsSchema, messagePageSchema, purgeMessagesSchema, retryDeadLettersSchema } from "#contracts/messages/message.ts";
import { operationSchema } from "#contracts/operations/operation.ts";
import { spaceProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { browseMessages, countMessages } from "./browse-messages.ts";
import { purgeMessages, retryDeadLetters } from "./change-messages.ts";

export const messagesRouter = router({
  browse: spaceProcedure("message:read")
    .input(browseMessagesSchema)
    .output(messagePageSchema)
    .query(({ ctx, input }) => browseMessages(ctx, input)),
  count: spaceProcedure("message:read")
    .input(countMessagesSchema)
    .output(messageCountsSchema)
    .query(({ ctx, input }) => countMessages(ctx, input)),
  purge: spaceProcedure("message:purge")
    .input(purgeMessagesSchema)
    .output(operationSchema)
    .mutation(({ ctx, input }) => purgeMessages(ctx, input)),
  retryDeadLetters: spaceProcedure("message:retry")
    .input(retryDeadLettersSchema)
    .output(operationSchema)
    .mutation(({ ctx, input }) => retryDeadLetters(ctx, input)),
});
