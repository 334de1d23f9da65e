import { parseArgs } from "node:util";
import { startPlatform } from "./platform.ts";
import { profileNames, resolveProfile, type ProfileName } from "./profile.ts";
import { printedProgress } from "./progress.ts";
import { aborted, stopSignal } from "./stop-signal.ts";

// `npm run platform -- --profile test`: the real parts alone, until Ctrl-C.
const { values } = parseArgs({ options: { profile: { type: "string", default: "default" } } });
const stop = stopSignal();
try {
  if (!(profileNames as readonly string[]).includes(values.profile)) {
    throw new Error(`There is no profile "${values.profile}"; take one of ${profileNames.join(", ")}.`);
  }
  const progress = printedProgress();
  const profile = resolveProfile(values.profile as ProfileName, process.env);
  const platform = await startPlatform(profile, progress, stop);
  progress.say(`The ${profile.name} platform runs; its description is ${profile.stateDirectory}/platform.json. Ctrl-C stops it.`);
  await aborted(stop);
  await platform.stop();
} catch (error) {
  if (!stop.aborted) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
