import type { PlatformRole } from "#contracts/permissions.ts";
import type { PlatformClient } from "../db/database.ts";

export interface PlatformPersonRow {
  readonly email: string;
  readonly name: string;
  readonly roles: PlatformRole[];
  readonly wantedRoles: PlatformRole[] | null;
  readonly phase: "Active" | "Pending" | "Failed";
  readonly reason: string | null;
}

/** Lets one transaction after the other change who holds roles across tenants. */
export async function lockPlatformPeople(client: PlatformClient): Promise<void> {
  await client.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('platform_person'))`;
}

/** Everybody who holds such a role or is to hold one. */
export function listPlatformPersonRows(client: PlatformClient): Promise<PlatformPersonRow[]> {
  return client.$queryRaw<PlatformPersonRow[]>`
    SELECT email, name, roles, wanted_roles AS "wantedRoles", phase, reason FROM platform_person ORDER BY email`;
}

/** Stores which roles a person shall hold, for the provisioner. */
export async function storeWantedRoles(client: PlatformClient, email: string, roles: readonly PlatformRole[]): Promise<void> {
  await client.$executeRaw`
    INSERT INTO platform_person (email, wanted_roles, phase) VALUES (${email}, ${roles}::text[], 'Pending')
    ON CONFLICT (email) DO UPDATE SET wanted_roles = excluded.wanted_roles, phase = 'Pending', reason = NULL, attempts = 0, next_attempt_at = now()`;
}
