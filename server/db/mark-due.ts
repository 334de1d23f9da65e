import { Prisma } from "#prisma/generated/client.ts";
import type { TenantClient } from "./database.ts";

/**
 * Has the provisioner try a row again at once that waits for its next try, with its patience as at the first time; one that Failed is
 * set up anew.
 * @returns false when nothing is to be done: it is as it was asked for
 */
export async function markDue(client: TenantClient, table: "address" | "address_space" | "credential", id: string): Promise<boolean> {
  const changed = await client.$executeRaw`
    UPDATE ${Prisma.raw(table)} SET phase = CASE WHEN phase = 'Failed' THEN 'Pending' ELSE phase END, reason = NULL, attempts = 0, next_attempt_at = now()
    WHERE id = ${id}::uuid AND (phase <> 'Active' OR observed_generation <> generation)`;
  return changed === 1;
}
