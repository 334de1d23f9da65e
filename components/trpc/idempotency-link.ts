import type { TRPCLink } from "@trpc/client";
import { tap } from "@trpc/server/observable";
import { idempotentProcedures } from "#contracts/idempotent-procedures.ts";
import type { AppRouter } from "#server/trpc/app-router.ts";

/** Requests whose end is unknown, at most. */
const maxUnanswered = 20;
const paths: ReadonlySet<string> = new Set(idempotentProcedures);

/**
 * Gives each request that creates a key of its own. The same request sent again before the first was answered with success (a
 * double click, an answer that was lost, a time-out) has the key of the first, so that nothing is made twice.
 */
export function idempotencyLink(): TRPCLink<AppRouter> {
  return () => {
    const keys = new Map<string, string>();
    return ({ op, next }) => {
      if (!paths.has(op.path)) return next(op);
      const request = `${op.path} ${JSON.stringify(op.input)}`;
      const idempotencyKey = keys.get(request) ?? crypto.randomUUID();
      keys.set(request, idempotencyKey);
      for (const oldest of keys.keys()) if (keys.size > maxUnanswered) keys.delete(oldest);
      return next({ ...op, input: { ...(op.input as object), idempotencyKey } }).pipe(tap({ next: () => void keys.delete(request) }));
    };
  };
}
