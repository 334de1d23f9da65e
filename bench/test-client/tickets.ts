import type { PlatformFile } from "#platform/platform-file.ts";
import { benchScope, developerApi, makeBenchQueue } from "./api.ts";

const atATime = 4;
/** The console answers only so many calls of one person. */
const people = ["dev@acme.test", "owner@acme.test"];

/** Asks for tickets as browsers do, a few at a time. */
export async function measureTickets(platform: PlatformFile, count: number): Promise<{ readonly perMinute: number; readonly p95Ms: number }> {
  await using queue = await makeBenchQueue(platform);
  const apis = await Promise.all(people.map((email) => developerApi(platform, email)));
  const tookMs: number[] = [];
  let asked = 0;
  const ask = async () => {
    while (asked < count) {
      const api = apis[asked % apis.length]!;
      asked += 1;
      const beganMs = performance.now();
      await api.testClient.open.mutate({ ...benchScope, name: queue.name });
      tookMs.push(performance.now() - beganMs);
    }
  };
  const beganMs = performance.now();
  await Promise.all(Array.from({ length: atATime }, ask));
  const minutes = (performance.now() - beganMs) / 60_000;
  return { perMinute: tookMs.length / minutes, p95Ms: tookMs.toSorted((one, other) => one - other)[Math.floor(tookMs.length * 0.95)]! };
}
