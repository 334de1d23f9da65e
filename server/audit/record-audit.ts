import type { AuditObjectType, AuditOutcome } from "#contracts/audit/audit.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import type { PlatformClient, TenantClient } from "../db/database.ts";
import type { Person } from "../auth/verify-token.ts";
import { maskSecrets } from "./mask-secrets.ts";

export interface AuditRecord {
  /** `noun:verb`, as in the permission table. */
  readonly action: string;
  readonly objectType: AuditObjectType;
  /** `<space>/<name>` for what lies in a space. */
  readonly objectName: string;
  /** `accepted` when absent. */
  readonly outcome?: AuditOutcome;
  readonly before?: Prisma.InputJsonValue;
  readonly after?: Prisma.InputJsonValue;
}

/**
 * Adds an entry to the audit trail in the caller's transaction: the change and its entry stand or fall together. Values under
 * names of secrets are masked.
 * @param actor who acts, and in which tenant; without one the entry concerns the whole installation
 */
export async function recordAudit(
  client: TenantClient | PlatformClient,
  { tenantId, person }: { tenantId: string | null; person: Person },
  { before, after, ...record }: AuditRecord,
): Promise<void> {
  // createMany asks for no row back, so the audit trail needs no right to be read.
  await client.auditEntry.createMany({
    data: [
      {
        tenantId,
        actorId: person.userId,
        actorEmail: person.email,
        address: person.address,
        source: "console",
        ...record,
        before: before === undefined ? undefined : maskSecrets(before),
        after: after === undefined ? undefined : maskSecrets(after),
      },
    ],
  });
}
