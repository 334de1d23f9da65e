import { TRPCClientError } from "@trpc/client";
import { errorCodes, PostroomError, type ErrorCode, type PublicError } from "#contracts/errors.ts";

const unanswered: PublicError = {
  code: "unavailable",
  message: "The console's server does not answer. It may be restarting, or your network is down.",
};

function causeOf(error: unknown): PublicError | undefined {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if (cause instanceof PostroomError) return cause.toPublic();
    if (cause.name === "TimeoutError") return { code: "time-out", message: "The console's server took too long to answer. Look whether it was done before you try again." };
  }
  return undefined;
}

/** The public part of anything that can be thrown at a screen, in words for people. */
export function toPublicError(error: unknown): PublicError {
  if (error instanceof TRPCClientError) {
    const postroom = (error.data as { postroom?: PublicError } | null | undefined)?.postroom;
    if (postroom !== undefined && (errorCodes as readonly string[]).includes(postroom.code)) return postroom;
    return causeOf(error) ?? unanswered;
  }
  return causeOf(error) ?? { code: "internal", message: "Something went wrong in this page. Reload it; if it happens again, tell your administrator." };
}

const passing: ReadonlySet<ErrorCode> = new Set(["unavailable", "time-out", "rate-limited"]);

/** True for failures that can go away by themselves, so that asking again makes sense. */
export function isPassing(error: unknown): boolean {
  return passing.has(toPublicError(error).code);
}
