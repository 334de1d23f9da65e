import { describe, expect, it } from "vitest";
import { addCounts, closingLine, countPlaywright, countVitest, failureLines, failuresOfPlaywright, failuresOfVitest, oneFailed, onePassed } from "./test-report.ts";

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
    expect(countPlaywright({ suites: [], stats: { expected: 3, unexpected: 0, flaky: 0, skipped: 1 } }, 0)).toEqual({ passed: 3, failed: 0, skipped: 1 });
  });

  it("of a run that failed without a failed test are never green", () => {
    expect(countVitest(vitest, 1).failed).toBe(1);
    expect(countPlaywright({ suites: [], stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 } }, 1).failed).toBe(1);
  });

  it("take a file that breaks before its first test, and a flaky test, as failed", () => {
    expect(countVitest({ ...vitest, testResults: [{ name: "a.spec.ts", status: "failed", assertionResults: [] }] }, 1).failed).toBe(1);
    expect(countPlaywright({ suites: [], stats: { expected: 1, unexpected: 1, flaky: 1, skipped: 0 } }, 1).failed).toBe(2);
  });

  it("refuse a report of another form", () => {
    expect(() => countVitest({}, 0)).toThrow();
  });
});

describe("what failed", () => {
  it("is named test by test, and a file that broke by itself", () => {
    const testResults = [
      { name: "a.spec.ts", status: "failed", assertionResults: [{ status: "passed", fullName: "one" }, { status: "failed", fullName: "two" }] },
      { name: "b.spec.ts", status: "failed", assertionResults: [] },
    ];
    expect(failuresOfVitest({ ...vitest, testResults })).toEqual(["a.spec.ts: two", "b.spec.ts"]);
  });

  it("is found in nested suites, a flaky test among it", () => {
    const spec = { file: "a.e2e.ts", line: 5 };
    const suites = [{
      specs: [{ ...spec, title: "one", ok: true, tests: [{ status: "expected" }] }, { ...spec, title: "two", ok: true, tests: [{ status: "flaky" }] }],
      suites: [{ specs: [{ ...spec, title: "three", ok: false, tests: [{ status: "unexpected" }] }] }],
    }];
    expect(failuresOfPlaywright({ suites, stats: { expected: 1, unexpected: 1, flaky: 1, skipped: 0 } })).toEqual(["a.e2e.ts:5 two", "a.e2e.ts:5 three"]);
  });

  it("is listed up to a bound", () => {
    expect(failureLines(["one", "two"])).toBe("FAILED one\nFAILED two");
    expect(failureLines(Array.from({ length: 42 }, (_, index) => String(index))).split("\n").slice(-2)).toEqual(["FAILED 39", "and 2 more"]);
  });
});
