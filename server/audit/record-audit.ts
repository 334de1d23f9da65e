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
  /** Process that writes it; `console` when absent. */
  readonly source?: "console" | "provisioner";
  readonly before?: Prisma.InputJsonValue;
  readonly after?: Prisma.InputJsonValue;
}

/** Who acts, and in which tenant; without one the entry concerns the whole installation. */
export interface Actor {
  readonly tenantId: string | null;
  readonly person: Pick<Person, "userId" | "email" | "address">;
}

/**
 * Adds an entry to the audit trail in the caller's transaction: the change and its entry stand or fall together. Values under
 * names of secrets are masked.
 */
export async function recordAudit(client: TenantClient | PlatformClient, actor: Actor, record: AuditRecord): Promise<void> {
  // createMany asks for no row back, so the audit trail needs no right to be read.
  await client.auditEntry.createMany({ data: [auditRow(actor, record)] });
}

/** The row of one entry. */
export function auditRow({ tenantId, person }: Actor, { before, after, ...record }: AuditRecord): Prisma.AuditEntryCreateManyInput {
  return {
    tenantId,
    actorId: person.userId,
    actorEmail: person.email,
    address: person.address,
    source: "console",
    ...record,
    before: before === undefined ? undefined : maskSecrets(before),
    after: after === undefined ? undefined : maskSecrets(after),
  };
}
