import { describe, expect, it } from "vitest";
import { PostroomError } from "#contracts/errors.ts";
import { limits } from "../limits.ts";
import { PartAwayError } from "../part-away-error.ts";
import type { Claim } from "./claimed-rows.ts";
import { NotYetError, outcomeOfFailure } from "./reason.ts";

const claim = (attempts: number): Claim => ({ id: "1", epoch: "1", generation: 1, phase: "Configuring", attempts, dueAt: new Date(0) });
const fail = (attempts: number, error: unknown) => outcomeOfFailure(claim(attempts), error, limits.reconcile, 1);

describe("outcomeOfFailure", () => {
  it("says what is waited for, how often it was tried and when it is tried next", () => {
    expect(fail(2, new PartAwayError("the broker main", "does not answer (ECONNREFUSED)"))).toMatchObject({
      attempts: 3,
      delayMs: 2_000,
      failed: false,
      reason: "Waiting for the broker main, which does not answer (ECONNREFUSED); tried 3 times, next try in 2 s.",
    });
  });

  it("waits for a part that does not answer without end, at most the longest back-off apart", () => {
    expect(fail(1_000, new PartAwayError("Keycloak", "does not answer"))).toMatchObject({ failed: false, delayMs: limits.reconcile.backOff.maxMs });
  });

  it("fails a row that is refused again and again, with the refusal in words, and goes on trying", () => {
    const refusal = new PostroomError({ code: "conflict", message: "The broker main refused createQueue: no" });
    expect(fail(0, refusal)).toMatchObject({ failed: false, reason: "The broker main refused createQueue: no. Has been tried once, next try in 1 s." });
    expect(fail(limits.reconcile.failedAfterTries - 2, refusal)).toMatchObject({ failed: false });
    expect(fail(limits.reconcile.failedAfterTries - 1, refusal)).toMatchObject({ failed: true, delayMs: expect.any(Number) });
  });

  it("tells nothing of the inside when something unexpected breaks", () => {
    expect(fail(0, new TypeError("x.y is undefined at /secret/path"))).toMatchObject({ reason: expect.not.stringContaining("secret") });
  });

  it("looks again soon at a row that waits for another one of ours", () => {
    expect(fail(50, new NotYetError("Waiting for its address space."))).toMatchObject({ failed: false, attempts: 50, delayMs: limits.reconcile.notYetMs, reason: "Waiting for its address space." });
    expect(fail(0, new NotYetError("Waiting for the topic news.", true))).toMatchObject({ failed: false, attempts: 0, delayMs: limits.reconcile.wokenMs });
  });
});
