import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { demoPassword } from "#prisma/demo-people.ts";
import { ensureConsoleBuild } from "./console-build.ts";
import { startPlatform } from "./platform.ts";
import { postroomProcesses } from "./postroom-processes.ts";
import { projectDirectory, resolveProfile, type Profile } from "./profile.ts";
import { printedProgress, progressLine } from "./progress.ts";
import { aborted, stopSignal } from "./stop-signal.ts";

const distDirectory = ".next";

// `npm start` and, with --dev, `npm run dev`: everything, until Ctrl-C.
const { values } = parseArgs({ options: { dev: { type: "boolean", default: false } } });
const stop = stopSignal();
const progress = printedProgress();
try {
  const profile = resolveProfile("default", process.env);
  const failed = new AbortController();
  const signal = AbortSignal.any([stop, failed.signal]);
  const build = values.dev ? undefined : buildConsole(profile, signal);
  let buildError: unknown;
  build?.catch((error: unknown) => {
    // Whichever fails first is the reason worth telling; the rest only ends because of it.
    if (!failed.signal.aborted) buildError = error;
    failed.abort();
  });
  const platform = await startPlatform(profile, progress, signal, async (started) => {
    const options = { isDevelopment: values.dev, distDirectory };
    await Promise.all(
      postroomProcesses(profile, started.description, options).map(async (command) => {
        if (command.name === "console") await build;
        await started.startPart(command, signal);
      }),
    );
  }).catch(async (error: unknown) => {
    failed.abort();
    await build?.catch(() => undefined);
    throw buildError ?? error;
  });
  const launchedAt = Number(process.env.POSTROOM_LAUNCHED_AT ?? Date.now());
  progress.say(welcome(profile, (Date.now() - launchedAt) / 1000));
  await aborted(stop);
  progress.say("Stopping ...");
  await platform.stop();
  progress.say(`Stopped. All data stays in ${relative(projectDirectory, profile.stateDirectory)}/; npm start goes on with it.`);
} catch (error) {
  if (!stop.aborted) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

async function buildConsole(profile: Profile, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  const isNew = await ensureConsoleBuild(distDirectory, join(profile.stateDirectory, "logs"), signal);
  if (isNew) progress.say(progressLine("Console is built", performance.now() - startedAt));
}

function welcome(profile: Profile, seconds: number): string {
  const { ports } = profile;
  return `
Postroom runs; it took ${seconds.toFixed(0)} s.

  Console    ${profile.consoleUrl}
  Log in as  dev@acme.test (developer), owner@acme.test (tenant admin) or dev@globex.test; password ${demoPassword}
  AMQP       amqp://localhost:${ports.amqp}, amqps://localhost:${ports.amqps}, ws://localhost:${ports.webSocket}/amqp
  Logs       ${relative(projectDirectory, join(profile.stateDirectory, "logs"))}/

Ctrl-C stops everything and keeps all data.
`;
}
