import type { SpaceChart } from "#contracts/addresses/address-chart.ts";
import { listBrokersOfSpace, readCoverage, readSampling, readSpaceHistory } from "../addresses/chart-queries.ts";
import { knownSecondsOf, stepsOf } from "../addresses/chart-steps.ts";
import type { SpaceContext } from "../trpc/procedures.ts";

/** Messages in and out of the whole space in its last hour. */
export function getSpaceChart(ctx: SpaceContext): Promise<SpaceChart> {
  return ctx.inTenant(async (client) => {
    const { intervalMs, nowMs } = await readSampling(client);
    const steps = stepsOf({ range: "1h" }, nowMs, intervalMs);
    const rows = new Map((await readSpaceHistory(client, ctx.space.id, steps)).map((row) => [row.atMs, row]));
    const covered = await readCoverage(client, await listBrokersOfSpace(client, ctx.space.id), steps, intervalMs);
    const known = knownSecondsOf(steps, covered, (atMs) => rows.has(atMs), intervalMs);
    const valuesOf = (name: "in" | "out") => known.map((seconds, index) => (seconds === 0 ? null : (rows.get(steps.fromMs + index * steps.stepMs)?.[name] ?? 0)));
    return { from: new Date(steps.fromMs).toISOString(), stepSeconds: steps.stepMs / 1000, knownSeconds: known, in: valuesOf("in"), out: valuesOf("out") };
  });
}
