import { z } from "zod";
import { slugSchema } from "../naming.ts";
import { tenantRoles } from "../permissions.ts";

export const memberStates = ["invited", "active", "disabled"] as const;
export type MemberState = (typeof memberStates)[number];

/** Work that the provisioner does for a member, in Keycloak or by e-mail. */
export const memberOperationKinds = ["create-account", "start-account", "reset-password", "reset-second-factor", "require-action", "sign-out", "match-access", "send-invitation"] as const;
export type MemberOperationKind = (typeof memberOperationKinds)[number];

export const requiredActions = ["new-password", "second-factor"] as const;
export type RequiredAction = (typeof requiredActions)[number];

export const memberSchema = z.object({
  id: z.uuid(),
  email: z.string(),
  name: z.string(),
  role: z.enum(tenantRoles),
  state: z.enum(memberStates),
  isYou: z.boolean(),
  lastLoginAt: z.iso.datetime().nullable(),
  /** Until when an invitation can be accepted; null when there is none. */
  invitedUntil: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  /** The last piece of work in Keycloak that has not ended well; null when there is none. */
  operation: z.object({ kind: z.enum(memberOperationKinds), phase: z.enum(["Pending", "Failed"]), reason: z.string().nullable() }).nullable(),
});
export type Member = z.infer<typeof memberSchema>;

const tenantScope = z.object({ tenant: slugSchema });

export const listMembersSchema = tenantScope.extend({ search: z.string().max(254).refine((text) => !text.includes("\0")).default("") });

/** Lower case, because Keycloak knows people by it so. */
export const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email("Give an e-mail address such as dana@example.com."));
const roleSchema = z.enum(tenantRoles, "Choose a role.");

export const newMemberFields = z.object({
  email: emailSchema,
  name: z
    .string()
    .trim()
    .min(1, "Give the person's name.")
    .max(200, "A name has at most 200 characters.")
    // Keycloak refuses these in names, against mark-up and template injection.
    .refine((name) => !/[\p{C}<>&"$%#!*?§;{}|^~\\]/u.test(name), "A name has letters, digits, spaces and . , ' - ( ) only."),
  role: roleSchema,
});
export type NewMember = z.infer<typeof newMemberFields>;
export const newMemberSchema = tenantScope.extend(newMemberFields.shape);

export const getMemberSchema = tenantScope.extend({ id: z.uuid("There is no such member.") });
export const updateMemberSchema = getMemberSchema.extend({ role: roleSchema });
export const requireMemberActionSchema = getMemberSchema.extend({ action: z.enum(requiredActions) });

/** The only place where a one-time password ever appears. */
export const memberWithPasswordSchema = z.object({ member: memberSchema, oneTimePassword: z.string() });
/** The only place where the link of an invitation ever appears; null where it goes by e-mail. */
export const invitedMemberSchema = z.object({ member: memberSchema, link: z.string().nullable() });

export const invitationDays = 7;
/** 32 random bytes as base64url. */
export const invitationTokenSchema = z.object({ token: z.string().regex(/^[\w-]{43}$/, "The link of the invitation is not whole. Copy it again.") });

/** What an invitation shows to whoever holds its link. */
export const invitationSchema = z.object({
  tenantName: z.string(),
  tenant: z.string(),
  email: z.string(),
  role: z.enum(tenantRoles),
  expiresAt: z.iso.datetime(),
});
export type Invitation = z.infer<typeof invitationSchema>;

/** Why a member cannot be removed, disabled or demoted, or undefined when it can. */
export function lastAdminRefusal(member: Pick<Member, "id" | "role" | "state">, all: readonly Pick<Member, "id" | "role" | "state">[]): string | undefined {
  if (member.role !== "tenant-admin" || member.state !== "active") return undefined;
  const isThereAnother = all.some(({ id, role, state }) => id !== member.id && role === "tenant-admin" && state === "active");
  return isThereAnother ? undefined : "This is the last active tenant-admin, and a tenant is never without one. Make somebody else tenant-admin first.";
}
