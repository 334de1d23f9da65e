import { z } from "zod";

/** Outcome of one part of `npm test`. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const onePassed: TestCounts = { passed: 1, failed: 0, skipped: 0 };
export const oneFailed: TestCounts = { passed: 0, failed: 1, skipped: 0 };

/** Sums counts. */
export function addCounts(counts: readonly TestCounts[]): TestCounts {
  return {
    passed: counts.reduce((sum, count) => sum + count.passed, 0),
    failed: counts.reduce((sum, count) => sum + count.failed, 0),
    skipped: counts.reduce((sum, count) => sum + count.skipped, 0),
  };
}

const shownFailures = 40;

/** The words that stand before the closing line of a red run: what failed, so that the end of a long log is enough to know it. */
export function failureLines(names: readonly string[]): string {
  const left = names.length - shownFailures;
  return [...names.slice(0, shownFailures).map((name) => `FAILED ${name}`), ...(left > 0 ? [`and ${left} more`] : [])].join("\n");
}

/** The line that ends a run: `12 passed, 0 failed`, with skipped ones named only when there are any. */
export function closingLine(counts: TestCounts): string {
  return `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""}`;
}

const vitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(z.object({
    name: z.string(),
    status: z.string(),
    assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
  })),
});

/**
 * Counts of Vitest's JSON report. A file that fails before its first test counts as one failure, and so does a failing
 * run without any failed test (an unhandled error), so that nothing red is ever counted as green.
 */
export function countVitest(report: unknown, exitCode: number): TestCounts {
  const parsed = vitestReport.parse(report);
  const brokenFiles = parsed.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  const failed = parsed.numFailedTests + brokenFiles;
  return {
    passed: parsed.numPassedTests,
    failed: exitCode !== 0 && failed === 0 ? 1 : failed,
    skipped: parsed.numPendingTests + parsed.numTodoTests,
  };
}

/** The tests that Vitest's JSON report calls failed, and the files that broke before their first one. */
export function failuresOfVitest(report: unknown): string[] {
  return vitestReport.parse(report).testResults.flatMap(({ name, status, assertionResults }) => {
    if (status === "failed" && assertionResults.length === 0) return [name];
    return assertionResults.filter((test) => test.status === "failed").map((test) => `${name}: ${test.fullName}`);
  });
}

const playwrightSuite = z.object({
  specs: z.array(z.object({ title: z.string(), file: z.string(), line: z.int(), ok: z.boolean(), tests: z.array(z.object({ status: z.string() })) })),
  get suites() {
    return z.array(playwrightSuite).optional();
  },
});
const playwrightReport = z.object({
  suites: z.array(playwrightSuite),
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
});

/** Counts of Playwright's JSON report; a flaky test is a failed one. */
export function countPlaywright(report: unknown, exitCode: number): TestCounts {
  const { stats } = playwrightReport.parse(report);
  const failed = stats.unexpected + stats.flaky;
  return { passed: stats.expected, failed: exitCode !== 0 && failed === 0 ? 1 : failed, skipped: stats.skipped };
}

/** The tests that Playwright's JSON report calls failed or flaky. */
export function failuresOfPlaywright(report: unknown): string[] {
  const failuresOf = ({ specs, suites = [] }: z.infer<typeof playwrightSuite>): string[] => [
    ...specs.filter(({ ok, tests }) => !ok || tests.some(({ status }) => status === "flaky")).map(({ file, line, title }) => `${file}:${line} ${title}`),
    ...suites.flatMap(failuresOf),
  ];
  return playwrightReport.parse(report).suites.flatMap(failuresOf);
}
