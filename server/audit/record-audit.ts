import type { Prisma } from "#prisma/generated/client.ts";
import type { TenantClient } from "../db/database.ts";
import type { Person } from "../auth/verify-token.ts";

export interface AuditRecord {
  /** `noun:verb`, as in the permission table. */
  readonly action: string;
  readonly objectType: "address" | "credential";
  /** `<space>/<name>`. */
  readonly objectName: string;
  readonly before?: Prisma.InputJsonValue;
  readonly after?: Prisma.InputJsonValue;
}

/** Adds an entry to the tenant's audit trail in the caller's transaction: the change and its entry stand or fall together. */
export async function recordAudit(client: TenantClient, actor: { tenantId: string; person: Person }, record: AuditRecord): Promise<void> {
  // createMany asks for no row back, so the audit trail needs no right to be read.
  await client.auditEntry.createMany({
    data: [{ tenantId: actor.tenantId, actorId: actor.person.userId, actorEmail: actor.person.email, source: "console", ...record }],
  });
}
