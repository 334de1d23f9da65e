import { z } from "zod";
import { spaceScopeSchema } from "../addresses/address.ts";
import type { Permission } from "../permissions.ts";
import { operationPhases } from "./operation-phase.ts";

/** What a durable operation can do, each with the permission that whoever asks for it needs. */
export const operationKinds = ["create-addresses", "delete-addresses", "change-plan", "purge-messages", "retry-dead-letters", "close-connections"] as const;
export type OperationKind = (typeof operationKinds)[number];

/** Failures that an operation keeps with their reasons; all are counted. */
export const maxKeptFailures = 100;
/** Operations of one space that may be under way at once. */
export const maxOperationsUnderWay = 20;

/** One thing that an operation could not do, and why. */
export const operationFailureSchema = z.object({ name: z.string(), reason: z.string() });
export type OperationFailure = z.infer<typeof operationFailureSchema>;

/** A durable piece of work in a space: done in parts by provisioners, whatever happens to the page that asked for it. */
export const operationSchema = z.object({
  id: z.uuid(),
  kind: z.enum(operationKinds),
  /** What it is about, in few words: the address, the plan; empty when the kind says all. */
  subject: z.string(),
  phase: z.enum(operationPhases),
  /** Why it failed or waits, in words. */
  reason: z.string().nullable(),
  /** Things to do in all; null until they have been counted. */
  total: z.int().nullable(),
  done: z.int(),
  failed: z.int(),
  /** The first {@link maxKeptFailures}. */
  failures: z.array(operationFailureSchema),
  requestedBy: z.string(),
  /** Who asked to cancel it; it ends after the part under way, and what is done stays done. */
  cancelRequestedBy: z.string().nullable(),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
});
export type Operation = z.infer<typeof operationSchema>;

/** The newest operations of a space, those under way first. */
export const listOperationsSchema = spaceScopeSchema;
export const getOperationSchema = spaceScopeSchema.extend({ id: z.uuid() });

/** The permission that asking for an operation of this kind, and so cancelling it, needs. */
export const operationPermissions = {
  "create-addresses": "address:create",
  "delete-addresses": "address:delete",
  "change-plan": "address:update",
  "purge-messages": "message:purge",
  "retry-dead-letters": "message:retry",
  "close-connections": "connection:close",
} as const satisfies Record<OperationKind, Permission>;
