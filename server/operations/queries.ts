import { maxKeptFailures, type Operation, type OperationFailure, type OperationKind, type OperationPhase } from "#contracts/operations/operation.ts";
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
  /** Why nothing more can be done. */
  readonly refusal?: string;
}

/** Makes the rows that a part writes depend on the claim. @returns whether the claim still holds */
export async function holdsClaim(client: TenantClient, { id, claimedBy, epoch }: OperationClaim): Promise<boolean> {
  const rows = await client.$queryRaw<unknown[]>`SELECT 1 FROM operation WHERE id = ${id}::uuid AND claimed_by = ${claimedBy} AND claim_epoch = ${epoch}::bigint FOR UPDATE`;
  return rows.length === 1;
}

/** What is known after a part has been written down. */
export interface WrittenPart {
  readonly phase: OperationPhase;
  readonly isCancelRequested: boolean;
}

/**
 * Writes down what a part did, with the end when it was the last, and prolongs the claim.
 * @returns undefined when the claim is lost, so that nothing was written
 */
export async function storePart(client: TenantClient, { id, claimedBy, epoch }: OperationClaim, part: OperationPart, claimMs: number): Promise<WrittenPart | undefined> {
  const end = part.refusal !== undefined ? "Failed" : part.position === undefined ? "Done" : null;
  const rows = await client.$queryRaw<{ phase: string; cancelled: boolean }[]>`
    UPDATE operation SET phase = coalesce(${end}, 'Running'), reason = ${part.refusal ?? null}, position = ${JSON.stringify(part.position ?? {})}::jsonb,
      parameters = CASE WHEN ${end}::text IS NULL THEN parameters ELSE '{}' END,
      done = done + ${part.done}, failed = failed + ${part.failures.length}, total = coalesce(${part.total ?? null}, total), attempts = 0,
      failures = CASE WHEN jsonb_array_length(failures) >= ${maxKeptFailures} THEN failures
        ELSE jsonb_path_query_array(failures || ${JSON.stringify(part.failures.slice(0, maxKeptFailures))}::jsonb, ${Prisma.raw(`'$[0 to ${maxKeptFailures - 1}]'`)}) END,
      ended_at = CASE WHEN ${end}::text IS NULL THEN NULL ELSE now() END,
      claimed_by = CASE WHEN ${end}::text IS NULL THEN claimed_by END,
      claimed_until = CASE WHEN ${end}::text IS NULL THEN now() + ${claimMs} * interval '1 millisecond' END
    WHERE id = ${id}::uuid AND claimed_by = ${claimedBy} AND claim_epoch = ${epoch}::bigint
    RETURNING phase, cancel_requested_by IS NOT NULL AS cancelled`;
  return rows[0] && { phase: rows[0].phase as OperationPhase, isCancelRequested: rows[0].cancelled };
}
