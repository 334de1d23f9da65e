import { type AddressChart, type ChartCount, chartCounts, type ChartWindow } from "#contracts/addresses/address-chart.ts";
import { PostroomError } from "#contracts/errors.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { findSampledAddress, readCoverage, readHistory, readNextBefore, readSampling } from "./chart-queries.ts";
import { fillSteps, knownSecondsOf, stepsOf } from "./chart-steps.ts";

/** Numbers of an address over time, in at most some hundreds of steps. @throws PostroomError `not-found` */
export function getAddressChart(ctx: SpaceContext, { name, window }: { name: string; window: ChartWindow }): Promise<AddressChart> {
  return ctx.inTenant(async (client) => {
    const address = await findSampledAddress(client, ctx.space.id, name);
    if (address === null) throw new PostroomError({ code: "not-found", message: `There is no address “${name}” in the space ${ctx.space.slug}. It may have been deleted; look at the list of addresses.` });
    const { intervalMs, nowMs } = await readSampling(client);
    const steps = stepsOf(window, nowMs, intervalMs);
    const rows = await readHistory(client, address.id, steps);
    const after = rows.length > 0 ? undefined : await readNextBefore(client, address.id, steps);
    const covered = address.sampledAtMs === null ? [] : await readCoverage(client, address.broker === null ? [] : [address.broker], steps, intervalMs);
    // What was sampled before the address was there says nothing of it.
    const sinceMs = (address.sampledAtMs ?? 0) - intervalMs;
    const own = covered.filter(({ toMs }) => toMs > sinceMs).map((span) => ({ ...span, fromMs: Math.max(span.fromMs, sinceMs) }));
    const withRow = new Set(rows.map(({ atMs }) => atMs));
    const known = knownSecondsOf(steps, own, (atMs) => withRow.has(atMs), intervalMs);
    const filled = fillSteps(steps, rows, chartCounts.length, known, after ?? address);
    return {
      from: new Date(steps.fromMs).toISOString(),
      stepSeconds: steps.stepMs / 1000,
      knownSeconds: known,
      depth: [...filled.depth],
      depthMax: [...filled.depthMax],
      receivers: [...filled.receivers],
      counts: byCount((place) => [...(filled.counts[place] ?? [])]),
      sums: byCount((place) => rows.reduce((sum, { counts }) => sum + (counts[place] ?? 0), 0)),
    };
  });
}

function byCount<T>(value: (place: number) => T): Record<ChartCount, T> {
  return Object.fromEntries(chartCounts.map((count, place) => [count, value(place)])) as Record<ChartCount, T>;
}
