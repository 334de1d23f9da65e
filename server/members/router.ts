import { z } from "zod";
import { idempotencyKeySchema } from "#contracts/idempotency-key.ts";
import {
  getMemberSchema,
  invitedMemberSchema,
  listMembersSchema,
  memberSchema,
  memberWithPasswordSchema,
  newMemberSchema,
  requireMemberActionSchema,
  updateMemberSchema,
} from "#contracts/members/member.ts";
import { tenantProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { createMember, inviteMember } from "./add-member.ts";
import { listMembers } from "./list-members.ts";
import { disableMember, enableMember, removeMember, requireMemberAction, resetMemberPassword, resetMemberSecondFactor, signOutMember, updateMemberRole } from "./update-member.ts";
import { watchMembers } from "./watch-members.ts";

const updating = tenantProcedure("member:update").input(getMemberSchema);

export const membersRouter = router({
  list: tenantProcedure("member:read")
    .input(listMembersSchema)
    .output(z.array(memberSchema))
    .query(({ ctx, input }) => listMembers(ctx, input)),
  watch: tenantProcedure("member:read").subscription(({ ctx, signal }) => watchMembers(ctx, signal)),
  create: tenantProcedure("member:create")
    .input(newMemberSchema)
    .input(idempotencyKeySchema)
    .output(memberWithPasswordSchema)
    .mutation(({ ctx, input: { tenant: _tenant, idempotencyKey, ...fields } }) => createMember(ctx, fields, idempotencyKey)),
  invite: tenantProcedure("member:create")
    .input(newMemberSchema)
    .input(idempotencyKeySchema)
    .output(invitedMemberSchema)
    .mutation(({ ctx, input: { tenant: _tenant, idempotencyKey, ...fields } }) => inviteMember(ctx, fields, idempotencyKey)),
  update: tenantProcedure("member:update")
    .input(updateMemberSchema)
    .output(memberSchema)
    .mutation(({ ctx, input }) => updateMemberRole(ctx, input)),
  disable: updating.output(memberSchema).mutation(({ ctx, input }) => disableMember(ctx, input)),
  enable: updating.output(memberSchema).mutation(({ ctx, input }) => enableMember(ctx, input)),
  resetPassword: updating.output(memberWithPasswordSchema).mutation(({ ctx, input }) => resetMemberPassword(ctx, input)),
  resetSecondFactor: updating.output(memberSchema).mutation(({ ctx, input }) => resetMemberSecondFactor(ctx, input)),
  requireAction: tenantProcedure("member:update")
    .input(requireMemberActionSchema)
    .output(memberSchema)
    .mutation(({ ctx, input }) => requireMemberAction(ctx, input)),
  signOut: updating.output(memberSchema).mutation(({ ctx, input }) => signOutMember(ctx, input)),
  remove: tenantProcedure("member:delete")
    .input(getMemberSchema)
    .output(memberSchema)
    .mutation(({ ctx, input }) => removeMember(ctx, input)),
});
