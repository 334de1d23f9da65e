import type { Member } from "#contracts/members/member.ts";
import type { TenantContext } from "../trpc/procedures.ts";
import { toPublicMember } from "./change-member.ts";
import { listMemberRows } from "./queries.ts";

/** The tenant's members by e-mail address, of whom `search` is part of the address, the name or the role. */
export async function listMembers(ctx: TenantContext, { search }: { search: string }): Promise<Member[]> {
  const words = search.trim().toLowerCase();
  const members = await ctx.inTenant((client) => listMemberRows(client, ctx.tenant.id));
  return members
    .filter(({ email, name, role, state }) => `${email} ${name} ${role} ${state}`.toLowerCase().includes(words))
    .map((member) => toPublicMember(ctx, member));
}
