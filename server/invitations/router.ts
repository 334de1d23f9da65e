import { z } from "zod";
import { invitationSchema, invitationTokenSchema } from "#contracts/members/member.ts";
import { personProcedure, publicProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { acceptInvitation, getAccountProgress, getInvitation, startAccount } from "./accept-invitation.ts";

// All by POST, so that the token stands in no URL.
export const invitationsRouter = router({
  open: publicProcedure
    .input(invitationTokenSchema)
    .output(invitationSchema)
    .mutation(({ ctx, input }) => getInvitation(ctx.services, input.token)),
  startAccount: publicProcedure
    .input(invitationTokenSchema)
    .output(z.object({ oneTimePassword: z.string() }))
    .mutation(({ ctx, input }) => startAccount(ctx.services, input.token, ctx.address)),
  accountProgress: publicProcedure
    .input(invitationTokenSchema)
    .output(z.object({ phase: z.enum(["Pending", "Done", "Failed"]), reason: z.string().nullable() }))
    .mutation(({ ctx, input }) => getAccountProgress(ctx.services, input.token)),
  accept: personProcedure
    .input(invitationTokenSchema)
    .output(z.object({ tenant: z.string() }))
    .mutation(({ ctx, input }) => acceptInvitation(ctx, input.token)),
});
