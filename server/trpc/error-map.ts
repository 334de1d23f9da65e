import { randomUUID } from "node:crypto";
import { TRPCError } from "@trpc/server";
import { ZodError } from "zod";
import { PostroomError, type ErrorCode, type PublicError } from "#contracts/errors.ts";
import { isDatabaseUnavailable } from "../db/database-errors.ts";
import type { Log } from "../log.ts";

type TrpcCode = TRPCError["code"];

/** The HTTP meaning of each reason; a missing code does not compile. */
export const trpcCodeOf: Record<ErrorCode, TrpcCode> = {
  "invalid-input": "BAD_REQUEST",
  unauthenticated: "UNAUTHORIZED",
  forbidden: "FORBIDDEN",
  "not-found": "NOT_FOUND",
  "already-exists": "CONFLICT",
  conflict: "CONFLICT",
  "quota-exceeded": "UNPROCESSABLE_CONTENT",
  "phase-forbids": "CONFLICT",
  "rate-limited": "TOO_MANY_REQUESTS",
  unavailable: "SERVICE_UNAVAILABLE",
  "time-out": "GATEWAY_TIMEOUT",
  internal: "INTERNAL_SERVER_ERROR",
};

/** What tRPC itself refuses, before a procedure runs, in our words. Its own messages may quote the request. */
const trpcRefusals: Partial<Record<TrpcCode, PublicError>> = {
  NOT_FOUND: { code: "not-found", message: "The console has no such operation. Reload the page; it may be older than the server." },
  METHOD_NOT_SUPPORTED: { code: "invalid-input", message: "This operation does not take this HTTP method: changes go by POST, questions by GET." },
  UNSUPPORTED_MEDIA_TYPE: { code: "invalid-input", message: "The request must be application/json." },
  PARSE_ERROR: { code: "invalid-input", message: "The request is not readable JSON." },
  BAD_REQUEST: { code: "invalid-input", message: "The request is not formed as the console's API expects." },
  FORBIDDEN: { code: "forbidden", message: "The console's API serves its own pages only; this request came from another site." },
  TOO_MANY_REQUESTS: { code: "rate-limited", message: "More requests came from your network address than the console answers. Wait a few seconds; a program should slow down." },
  PAYLOAD_TOO_LARGE: { code: "invalid-input", message: "The request is larger than the console takes." },
};

/** The part of any failure that may leave the process. */
export function publicErrorOf(error: unknown): PublicError {
  const cause = error instanceof TRPCError ? (error.cause ?? error) : error;
  if (cause instanceof PostroomError) return cause.toPublic();
  if (cause instanceof ZodError && !(error instanceof TRPCError && error.code !== "BAD_REQUEST")) {
    const [issue] = cause.issues;
    const field = issue?.path.map(String).join(".");
    return { code: "invalid-input", message: issue?.message ?? "The input is not valid.", field: field === "" ? undefined : field };
  }
  if (error instanceof TRPCError && trpcRefusals[error.code]) return trpcRefusals[error.code] as PublicError;
  return { code: "internal", message: "Something went wrong on the server. Nothing is known to have changed; look before you try again." };
}

/**
 * Turns any failure of a procedure into the one that is answered: expected ones keep their code, an unreachable database
 * becomes `unavailable`, and everything else becomes `internal` with a reference that leads to the logged cause.
 */
export function toTrpcError(error: unknown, log: Log, path: string): TRPCError {
  const cause = error instanceof TRPCError ? (error.cause ?? error) : error;
  if (cause instanceof PostroomError) return fromPostroom(cause);
  if (error instanceof TRPCError && (error.code === "BAD_REQUEST" || error.code in trpcRefusals)) return error;
  if (isDatabaseUnavailable(cause)) {
    log.warn({ err: cause, path }, "The database could not serve a request.");
    return fromPostroom(
      new PostroomError(
        { code: "unavailable", message: "The console's database does not answer at the moment. Try again in a minute, and look first whether a change that you asked for was made." },
        { cause },
      ),
    );
  }
  const reference = randomUUID().slice(0, 8);
  log.error({ err: cause, path, reference }, "A procedure failed unexpectedly.");
  return fromPostroom(
    new PostroomError(
      {
        code: "internal",
        message: `Something went wrong on the server. Look before you try again, and tell your administrator the reference ${reference} if it stays.`,
      },
      { cause },
    ),
  );
}

function fromPostroom(error: PostroomError): TRPCError {
  return new TRPCError({ code: trpcCodeOf[error.code], message: error.message, cause: error });
}
