import { PostroomError } from "#contracts/errors.ts";
import { backOffMs } from "../back-off.ts";
import type { Limits } from "../limits.ts";
import { PartAwayError } from "../part-away-error.ts";

/** What becomes of work on people that did not succeed: refused for good, or tried again later. */
export type FailedWork =
  | { readonly phase: "Failed"; readonly reason: string }
  | { readonly phase: "Pending"; readonly reason: string; readonly attempts: number; readonly delayMs: number };

/** @param attempts tries before this one */
export function outcomeOfError(attempts: number, error: unknown, { backOff, failedAfterTries }: Limits["reconcile"]): FailedWork {
  const tries = attempts + 1;
  const waiting = { phase: "Pending", attempts: tries, delayMs: backOffMs(tries, backOff) } as const;
  if (error instanceof PartAwayError) return { ...waiting, reason: `Waiting for ${error.part}, which ${error.why}.` };
  if (error instanceof PostroomError && error.code !== "internal") return { phase: "Failed", reason: error.message };
  const reason = error instanceof PostroomError ? error.message : "Something went wrong inside Postroom; its log says more.";
  return tries >= failedAfterTries ? { phase: "Failed", reason } : { ...waiting, reason };
}
