import { initTRPC } from "@trpc/server";
import type { Permission } from "#contracts/permissions.ts";
import type { RequestContext } from "./context.ts";
import { publicErrorOf, toTrpcError } from "./error-map.ts";

/** Declared by each base procedure: what the caller needs. The isolation matrix is generated from it. */
export interface ProcedureMeta {
  /** `person`: a login is enough. `public`: not even that. */
  readonly access:
    | { readonly kind: "public" }
    | { readonly kind: "person" }
    | { readonly kind: "platform" | "tenant" | "space"; readonly permission: Permission };
}

const t = initTRPC
  .context<RequestContext>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    errorFormatter({ shape, error }) {
      const postroom = publicErrorOf(error);
      return { ...shape, message: postroom.message, data: { code: shape.data.code, httpStatus: shape.data.httpStatus, postroom } };
    },
    sse: {
      // Below the idle time-outs of common proxies; the client comes back by itself with its current token.
      ping: { enabled: true, intervalMs: 15_000 },
      client: { reconnectAfterInactivityMs: 40_000 },
      maxDurationMs: 15 * 60_000,
    },
  });

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;
export const middleware = t.middleware;

/** Every procedure: a failure leaves as one of the closed set of errors, whatever it was and however late in a stream. */
export const baseProcedure = t.procedure.use(async ({ ctx, path, type, next }) => {
  const startedAt = performance.now();
  const result = await next();
  const failure = result.ok ? undefined : toTrpcError(result.error, ctx.services.log, path);
  ctx.services.metrics.record(path, type, failure === undefined ? "ok" : publicErrorOf(failure).code, (performance.now() - startedAt) / 1000);
  if (!result.ok) throw failure;
  if (type !== "subscription") return result;
  return { ...result, data: withPublicErrors(result.data as AsyncIterable<unknown>, (error) => toTrpcError(error, ctx.services.log, path)) };
});

async function* withPublicErrors(stream: AsyncIterable<unknown>, toPublic: (error: unknown) => Error): AsyncGenerator<unknown, void> {
  try {
    yield* stream;
  } catch (error) {
    // Ends the stream without a word, so that the browser comes back.
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw toPublic(error);
  }
}
