import type { MemberOperationKind } from "#contracts/members/member.ts";
import type { TenantRole } from "#contracts/permissions.ts";

/** What each role may do, in a sentence for whoever chooses one. */
export const roleWords: Record<TenantRole, string> = {
  "tenant-admin": "Manages people and credentials, and everything a developer does.",
  developer: "Makes, changes and tries addresses.",
  viewer: "Sees everything but messages and secrets, and changes nothing.",
};

/** What the provisioner is doing for a member in Keycloak. */
export const operationWords: Record<MemberOperationKind, string> = {
  "create-account": "The account is being made",
  "send-invitation": "The invitation is being sent",
  "start-account": "The account is being made",
  "reset-password": "The password is being reset",
  "reset-second-factor": "The second factor is being reset",
  "require-action": "The next login is being changed",
  "sign-out": "Logins are being ended",
  "match-access": "The account is being changed",
};
