import { openTestSessionSchema, testSessionSchema } from "#contracts/test-client/ticket.ts";
import { spaceProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { openTestSession } from "./open-test-session.ts";

export const testClientRouter = router({
  open: spaceProcedure("message:test")
    .input(openTestSessionSchema)
    .output(testSessionSchema)
    .mutation(({ ctx, input }) => openTestSession(ctx, input)),
});
