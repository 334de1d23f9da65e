import { pino } from "pino";

/** What child processes inherit: the path, home and Java of this one, and whatever else it was started with. */
export const inheritedEnvironment: NodeJS.ProcessEnv = process.env;

/** `TEST_LOG_LEVEL=debug` shows what the parts under test log. */
export const testLogLevel = process.env.TEST_LOG_LEVEL ?? "silent";
export const testLog = pino({ level: testLogLevel });

/** Size of the kill -9 test: small in the ordinary run; `FAULT_SEED` repeats a run. */
export const faults = {
  seed: Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000),
  kills: Number(process.env.FAULT_KILLS ?? 6),
  addresses: Number(process.env.FAULT_ADDRESSES ?? 200),
} as const;
