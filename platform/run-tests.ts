import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { ensureConsoleBuild } from "./console-build.ts";
import { requireChromium, requireProton } from "./launch/requirements.mjs";
import { runLogged } from "./launch/run-logged.mjs";
import { readPlatformFile } from "./platform-file.ts";
import { lockHolder, RunningPlatform, startPlatform } from "./platform.ts";
import { postroomProcesses } from "./postroom-processes.ts";
import { stopLeftovers } from "./processes.ts";
import { projectDirectory, resolveProfile } from "./profile.ts";
import { printedProgress, progressLine } from "./progress.ts";
import { stopSignal } from "./stop-signal.ts";
import {
  addCounts, closingLine, countPlaywright, countVitest, failureLines, failuresOfPlaywright, failuresOfVitest, oneFailed, onePassed, type TestCounts,
} from "./test-report.ts";

const partSeconds = 2400;
const shownLogLines = 200;
const distDirectory = ".next-test";

// `npm test`: lint, types, unit, integration and browser tests on a platform of its own, as much as possible side by side.
const profile = resolveProfile("test", process.env);
const results = join(projectDirectory, "test-results");
const progress = printedProgress();
const stop = stopSignal();
const failures: string[] = [];

/** Runs one tool of node_modules with its output in a log, which is shown only when it fails. Answers its exit code. */
async function runTool(title: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
  const logPath = join(results, `${title.toLowerCase().replaceAll(" ", "-")}.log`);
  const startedAt = performance.now();
  try {
    await runLogged(process.execPath, args, {
      cwd: projectDirectory,
      env: { ...process.env, ...env },
      logPath,
      signal: stop,
      timeoutSeconds: partSeconds,
      explain: (log, reason) => `${log.trimEnd().split("\n").slice(-shownLogLines).join("\n")}\n${title} failed (${reason}); the whole log is ${logPath}.`,
    });
    progress.say(progressLine(title, performance.now() - startedAt));
    return 0;
  } catch (error) {
    stop.throwIfAborted();
    progress.say(`${(error as Error).message}\n${progressLine(`${title}: FAILED`, performance.now() - startedAt)}`);
    return 1;
  }
}

const tool = (...path: string[]): string => join(projectDirectory, "node_modules", ...path);

async function check(title: string, args: readonly string[]): Promise<TestCounts> {
  if ((await runTool(title, args)) === 0) return onePassed;
  failures.push(title);
  return oneFailed;
}

async function vitest(title: string, project: string): Promise<TestCounts> {
  const report = join(results, `${project}.json`);
  const exitCode = await runTool(title, [
    tool("vitest", "vitest.mjs"), "run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`,
  ]);
  return countReport(report, exitCode, countVitest, failuresOfVitest);
}

async function playwright(chromium: string): Promise<TestCounts> {
  const report = join(results, "browser.json");
  const exitCode = await runTool("Browser tests", [tool("@playwright", "test", "cli.js"), "test", "--reporter=list,json"], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
    CHROMIUM_PATH: chromium,
  });
  return countReport(report, exitCode, countPlaywright, failuresOfPlaywright);
}

async function countReport(
  path: string, exitCode: number, count: (report: unknown, exitCode: number) => TestCounts, failuresOf: (report: unknown) => string[],
): Promise<TestCounts> {
  try {
    const report: unknown = JSON.parse(await readFile(path, "utf8"));
    failures.push(...failuresOf(report));
    return count(report, exitCode);
  } catch (error) {
    progress.say(`${path} cannot be counted: ${(error as Error).message}`);
    return oneFailed;
  }
}

/** A running test platform is used as it is, except in CI; otherwise a fresh one is made. */
async function bringUpPlatform(): Promise<{ platform: RunningPlatform; isOwn: boolean }> {
  const description = await readPlatformFile(profile.stateDirectory);
  if (!process.env.CI && description && (await lockHolder(profile.stateDirectory)) !== undefined) {
    progress.say("The running test platform is used.");
    return { platform: new RunningPlatform(profile, description, progress, []), isOwn: false };
  }
  await stopLeftovers(profile.stateDirectory);
  await rm(profile.stateDirectory, { recursive: true, force: true });
  return { platform: await startPlatform(profile, progress, stop), isOwn: true };
}

/** Says why a part could not be set up, and counts it as one failure. */
function setUpFailed(error: unknown): TestCounts {
  stop.throwIfAborted();
  progress.say((error as Error).message);
  return oneFailed;
}

async function runAll(): Promise<TestCounts> {
  await rm(results, { recursive: true, force: true });
  const platformUp = bringUpPlatform();
  platformUp.catch(() => undefined);
  const chromium = requireChromium((line) => progress.say(line));
  chromium.catch(() => undefined);
  const proton = requireProton((line) => progress.say(line));
  proton.catch(() => undefined);
  // While Keycloak boots: what needs no platform. The type checker goes before the build, which rewrites next-env.d.ts.
  const early = [
    await check("Lint", [tool("oxlint", "bin", "oxlint")]),
    await check("Type check", [tool("typescript", "bin", "tsc"), "--noEmit", "-p", "."]),
    await vitest("Unit tests", "unit"),
  ];
  let up: Awaited<typeof platformUp>;
  try {
    await proton;
    up = await platformUp;
  } catch (error) {
    return addCounts([...early, setUpFailed(error)]);
  }
  try {
    const build = ensureConsoleBuild(distDirectory, results, stop);
    build.catch(() => undefined);
    const integration = await vitest("Integration tests", "integration");
    const browser = await runBrowserTests(up.platform, build, chromium).catch(setUpFailed);
    return addCounts([...early, integration, browser]);
  } finally {
    await up.platform.stop({ keepLock: !up.isOwn });
  }
}

async function runBrowserTests(platform: RunningPlatform, build: Promise<boolean>, chromium: Promise<string>): Promise<TestCounts> {
  await progress.step("Console is built (waited for)", () => build);
  const path = await chromium;
  const commands = postroomProcesses(profile, platform.description, { isDevelopment: false, distDirectory });
  await Promise.all(commands.map((command) => platform.startPart(command, stop)));
  return playwright(path);
}

try {
  const startedAt = performance.now();
  const counts = await runAll();
  progress.say(progressLine("All", performance.now() - startedAt));
  if (failures.length > 0) progress.say(failureLines(failures));
  progress.say(closingLine(counts));
  process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(stop.aborted ? "Stopped; everything this run started has been ended.\n" : `${(error as Error).stack}\n`);
  process.exitCode = 1;
}
