import { PostroomError } from "#contracts/errors.ts";
import { backOffMs } from "../back-off.ts";
import type { Limits } from "../limits.ts";
import { PartAwayError } from "../part-away-error.ts";
import type { Claim } from "./claimed-rows.ts";
import type { Outcome } from "./queries.ts";

/** Work that cannot go on yet for a reason inside Postroom; tried again soon, never a failure, and no try that counts. */
export class NotYetError extends PostroomError {
  /** What it waits for wakes it without fail. */
  readonly isWoken: boolean;

  constructor(message: string, isWoken = false) {
    super({ code: "unavailable", message });
    this.name = "NotYetError";
    this.isWoken = isWoken;
  }
}

/**
 * What to write when a try has failed: back-off, and the reason in words for the person who waits. A part that does not
 * answer is waited for without end; one that refuses makes the row Failed after `failedAfterTries`, which is tried on slowly.
 * @param random a number from 0 up to 1, given by tests
 */
export function outcomeOfFailure(claim: Claim, error: unknown, limits: Limits["reconcile"], random?: number): Outcome {
  if (error instanceof NotYetError) return { kind: "waiting", claim, attempts: claim.attempts, delayMs: error.isWoken ? limits.wokenMs : limits.notYetMs, failed: false, reason: error.message };
  const attempts = claim.attempts + 1;
  const delayMs = backOffMs(attempts, limits.backOff, random);
  const again = `tried ${attempts === 1 ? "once" : `${attempts} times`}, next try in ${Math.max(1, Math.round(delayMs / 1000))} s.`;
  if (error instanceof PartAwayError) {
    return { kind: "waiting", claim, attempts, delayMs, failed: false, reason: `Waiting for ${error.part}, which ${error.why}; ${again}` };
  }
  const message = error instanceof PostroomError ? error.message : "Something went wrong inside Postroom; its log says more.";
  const failed = attempts >= limits.failedAfterTries;
  return { kind: "waiting", claim, attempts, delayMs, failed, reason: `${message.replace(/\.?\s*$/, ".")} Has been ${again}` };
}
