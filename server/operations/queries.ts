import { maxKeptFailures, type Operation, type OperationFailure, type OperationKind } from "#contracts/operations/operation.ts";
import type { OperationPhase } from "#contracts/operations/operation-phase.ts";
import { Prisma } from "#prisma/generated/client.ts";
import type { TenantClient } from "../db/database.ts";

const columns = {
  id: true,
  kind: true,
  subject: true,
  phase: true,
  reason: true,
  total: true,
  done: true,
  failed: true,
  failures: true,
  requestedBy: true,
  cancelRequestedBy: true,
  createdAt: true,
  endedAt: true,
} satisfies Prisma.OperationSelect;

type Row = Prisma.OperationGetPayload<{ select: typeof columns }>;

function toOperation({ kind, phase, failures, createdAt, endedAt, ...own }: Row): Operation {
  return {
    ...own,
    kind: kind as OperationKind,
    phase: phase as OperationPhase,
    failures: failures as unknown as OperationFailure[],
    createdAt: createdAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}

/** A new operation, due at once. `parameters` are for whoever does it. */
export interface NewOperation {
  readonly kind: OperationKind;
  readonly subject: string;
  readonly parameters: Prisma.InputJsonObject;
  readonly total: number | null;
}

export async function insertOperation(
  client: TenantClient,
  owner: { tenantId: string; spaceId: string; requestedById: string; requestedBy: string; requestedFrom?: string },
  operation: NewOperation,
): Promise<Operation> {
  return toOperation(await client.operation.create({ data: { ...owner, ...operation }, select: columns }));
}

/** Those under way, then those that ended last. */
export async function listOperationRows(client: TenantClient, spaceId: string, limit: number): Promise<Operation[]> {
  const rows = await client.operation.findMany({ where: { spaceId }, orderBy: [{ endedAt: { sort: "desc", nulls: "first" } }, { createdAt: "desc" }], take: limit, select: columns });
  return rows.map(toOperation);
}

export async function findOperations(client: TenantClient, spaceId: string, ids: readonly string[]): Promise<Operation[]> {
  return (await client.operation.findMany({ where: { spaceId, id: { in: [...ids] } }, select: columns })).map(toOperation);
}

export function countUnderWay(client: TenantClient, spaceId: string): Promise<number> {
  return client.operation.count({ where: { spaceId, endedAt: null } });
}

/** Whether an operation of this kind on this address is under way. */
export async function isAddressWorkedOn(client: TenantClient, spaceId: string, kind: OperationKind, addressId: string): Promise<boolean> {
  return (await client.operation.count({ where: { spaceId, kind, endedAt: null, parameters: { path: ["addressId"], equals: addressId } } })) > 0;
}

/** @returns false when it has ended, or somebody asked before */
export async function markCancelled(client: TenantClient, id: string, cancelRequestedBy: string): Promise<boolean> {
  const { count } = await client.operation.updateMany({ where: { id, endedAt: null, cancelRequestedBy: null }, data: { cancelRequestedBy, nextAttemptAt: new Date() } });
  return count === 1;
}

/** The right to do an operation until somebody else claims it. */
export interface OperationClaim {
  readonly id: string;
  readonly claimedBy: string;
  readonly epoch: string;
}

/** What one part did. */
export interface OperationPart {
  readonly done: number;
  readonly failures: readonly OperationFailure[];
  /** Where the next part begins; absent when nothing is left. */
  readonly position?: Prisma.InputJsonObject;
  /** Counted anew, when the number was not known before. */
  readonly total?: number;
}

/** Makes the rows that a part writes depend on the claim. @returns whether the claim still holds */
export async function holdsClaim(client: TenantClient, { id, claimedBy, epoch }: OperationClaim): Promise<boolean> {
  const rows = await client.$queryRaw<unknown[]>`SELECT 1 FROM operation WHERE id = ${id}::uuid AND claimed_by = ${claimedBy} AND claim_epoch = ${epoch}::bigint FOR UPDATE`;
  return rows.length === 1;
}

/** What is known after a part has been written down. */
export interface WrittenPart {
  readonly isCancelRequested: boolean;
  readonly hasEnded: boolean;
}

/**
 * Writes down what a part did, with the end when it was the last, and prolongs the claim.
 * @returns undefined when the claim is lost, so that nothing was written
 */
export async function storePart(client: TenantClient, claim: OperationClaim, part: OperationPart, claimMs: number): Promise<WrittenPart | undefined> {
  const { id, claimedBy, epoch } = claim;
  const rows = await client.$queryRaw<{ cancelled: boolean }[]>`
    UPDATE operation SET phase = 'Running', reason = NULL, position = ${JSON.stringify(part.position ?? {})}::jsonb, attempts = 0,
      done = done + ${part.done}::int, failed = failed + ${part.failures.length}::int, total = coalesce(${part.total ?? null}::int, total),
      failures = jsonb_path_query_array(failures || ${JSON.stringify(part.failures.slice(0, maxKeptFailures))}::jsonb, '$[0 to ${Prisma.raw(String(maxKeptFailures - 1))}]'),
      claimed_until = now() + ${claimMs}::int * interval '1 millisecond'
    WHERE id = ${id}::uuid AND claimed_by = ${claimedBy} AND claim_epoch = ${epoch}::bigint
    RETURNING cancel_requested_by IS NOT NULL AS cancelled`;
  if (rows[0] === undefined) return undefined;
  const hasEnded = part.position === undefined;
  if (hasEnded) await endOperation(client, claim, "Done", null);
  return { hasEnded, isCancelRequested: rows[0].cancelled };
}

/**
 * Ends the operation, with an entry of the audit trail, and forgets what it worked from.
 * @returns false when the claim is lost, so that nothing was written
 */
export async function endOperation(client: TenantClient, { id, claimedBy, epoch }: OperationClaim, phase: "Done" | "Failed" | "Cancelled", reason: string | null): Promise<boolean> {
  const rows = await client.$queryRaw<{ tenant_id: string; slug: string; kind: string; subject: string; done: number; failed: number }[]>`
    UPDATE operation o SET phase = ${phase}, reason = ${reason}, ended_at = now(), parameters = '{}', position = '{}', claimed_by = NULL, claimed_until = NULL,
      total = CASE WHEN ${phase} = 'Done' THEN done + failed ELSE total END
    FROM address_space s WHERE s.id = o.space_id AND o.id = ${id}::uuid AND o.claimed_by = ${claimedBy} AND o.claim_epoch = ${epoch}::bigint
    RETURNING o.tenant_id, s.slug, o.kind, o.subject, o.done, o.failed`;
  const [row] = rows;
  if (row === undefined) return false;
  const { kind, subject, done, failed } = row;
  await client.auditEntry.createMany({
    data: [{
      tenantId: row.tenant_id,
      actorId: "",
      actorEmail: "postroom",
      source: "provisioner",
      action: phase === "Cancelled" ? "operation:cancel" : "operation:start",
      objectType: "operation",
      objectName: `${row.slug}/${id}`,
      outcome: phase === "Failed" ? "failed" : "done",
      after: { kind, subject, done, failed, ...(reason === null ? {} : { reason }) },
    }],
  });
  return true;
}
