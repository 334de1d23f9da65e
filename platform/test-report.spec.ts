import { describe, expect, it } from "vitest";
import { addCounts, closingLine, countPlaywright, countVitest, oneFailed, onePassed } from "./test-report.ts";

const vitest = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };

describe("the closing line", () => {
  it("names skipped tests only when there are any", () => {
    expect(closingLine(addCounts([onePassed, onePassed]))).toBe("2 passed, 0 failed");
    expect(closingLine(addCounts([onePassed, oneFailed, { passed: 3, failed: 0, skipped: 2 }]))).toBe("4 passed, 1 failed, 2 skipped");
  });
});

describe("counts", () => {
  it("of a green run are its tests", () => {
    expect(countVitest(vitest, 0)).toEqual({ passed: 5, failed: 0, skipped: 0 });
    expect(countPlaywright({ stats: { expected: 3, unexpected: 0, flaky: 0, skipped: 1 } }, 0)).toEqual({ passed: 3, failed: 0, skipped: 1 });
  });

  it("of a run that failed without a failed test are never green", () => {
    expect(countVitest(vitest, 1).failed).toBe(1);
    expect(countPlaywright({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 } }, 1).failed).toBe(1);
  });

  it("take a file that breaks before its first test, and a flaky test, as failed", () => {
    expect(countVitest({ ...vitest, testResults: [{ status: "failed", assertionResults: [] }] }, 1).failed).toBe(1);
    expect(countPlaywright({ stats: { expected: 1, unexpected: 1, flaky: 1, skipped: 0 } }, 1).failed).toBe(2);
  });

  it("refuse a report of another form", () => {
    expect(() => countVitest({}, 0)).toThrow();
  });
});
