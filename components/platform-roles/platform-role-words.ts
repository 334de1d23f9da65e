import type { PlatformRole } from "#contracts/permissions.ts";

/** What each role may do in all tenants, in a sentence for whoever gives one. */
export const platformRoleWords: Record<PlatformRole, string> = {
  "platform-admin": "Manages tenants, plans and these roles, and reads the audit trail of all tenants. Sees no messages and no secrets.",
  support: "Reads configuration and statistics of all tenants, to find out why something does not flow. Changes nothing, sees no messages and no secrets.",
};
