"use client";
import { Button, Card, CardBody, CardTitle, ToggleGroup, ToggleGroupItem } from "@patternfly/react-core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type AddressChart, chartRanges } from "#contracts/addresses/address-chart.ts";
import { isStored, type AddressType } from "#contracts/addresses/address-type.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { formatExact } from "#components/feedback/format.ts";
import { useSpaceScope } from "#components/frame/route.ts";
import { useUrlView } from "#components/frame/url-view.ts";
import { ExportButton } from "#components/table/ExportButton.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { ChartTable } from "./ChartTable.tsx";
import { chartCodec, shortMoment, windowBetween, zoneOf } from "./chart-view.ts";
import { countTitles, drainWords, gapWords, ratesOf, recentGrowth, sumWords } from "./chart-words.ts";
import styles from "./charts.module.css";
import { type ChartLine, TimeChart } from "./TimeChart.tsx";

const rangeTitles: Record<(typeof chartRanges)[number], string> = { "15m": "15 min", "1h": "1 h", "6h": "6 h", "24h": "24 h", "7d": "7 d", "30d": "30 d" };
/** An address whose numbers change tells so itself; one that rests moves on with the time. */
const shortestRefetchMs = 10_000;
const longestRefetchMs = 60_000;
/** How far back the estimate of the time to drain looks. */
const growthSteps = 6;

/** The numbers of an address over time, as charts or as a table; range, zoom, zone and form stand in the URL. */
export function AddressCharts({ name, type, growth }: { name: string; type: AddressType; growth: number | undefined }) {
  const scope = useSpaceScope();
  const [view, show] = useUrlView(chartCodec);
  const isLive = "range" in view.window;
  const query = useQuery({
    ...useTRPC().addresses.getChart.queryOptions({ ...scope, name, window: view.window }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (isLive ? Math.min(longestRefetchMs, Math.max(shortestRefetchMs, (state.data?.stepSeconds ?? 0) * 1000)) : false),
  });
  const zone = zoneOf(view);
  const chart = query.data;
  return (
    <Card>
      <CardTitle component="h2">Over time</CardTitle>
      <CardBody>
        <div className={styles.bar}>
          <ToggleGroup aria-label="Range" isCompact>
            {chartRanges.map((range) => (
              <ToggleGroupItem key={range} text={rangeTitles[range]} isSelected={"range" in view.window && view.window.range === range} onChange={() => show({ window: { range } })} />
            ))}
          </ToggleGroup>
          <ToggleGroup aria-label="Zone" isCompact>
            <ToggleGroupItem text="Local" isSelected={!view.isUtc} onChange={() => show({ isUtc: false })} />
            <ToggleGroupItem text="UTC" isSelected={view.isUtc} onChange={() => show({ isUtc: true })} />
          </ToggleGroup>
          <ToggleGroup aria-label="Form" isCompact>
            <ToggleGroupItem text="Charts" isSelected={!view.isTable} onChange={() => show({ isTable: false })} />
            <ToggleGroupItem text="Table" isSelected={view.isTable} onChange={() => show({ isTable: true })} />
          </ToggleGroup>
          {isLive ? null : <Button variant="link" isInline onClick={() => show({ window: { range: "1h" } })}>Leave the zoom</Button>}
          <ExportButton isDisabled={chart === undefined} onExport={async () => (await import("./export-chart.ts")).exportChart(scope, name, chart as AddressChart)} />
        </div>
        {query.isError ? <InlineAlert variant="warning" title={chart === undefined ? "The charts cannot be shown" : "The charts may be out of date"}>{toPublicError(query.error).message}</InlineAlert> : null}
        {chart === undefined ? (
          <div className={styles.placeholder}>{query.isError ? null : <Delayed label="Loading the charts">{null}</Delayed>}</div>
        ) : (
          <div className={query.isPlaceholderData ? styles.old : undefined}>
            <p className={styles.words}>{sumWords(chart.sums)} {gapWords(chart, (ms) => shortMoment(ms, zone))}</p>
            {view.isTable ? (
              <ChartTable chart={chart} isStored={isStored(type)} zone={zone} />
            ) : (
              <Charts chart={chart} type={type} growth={growth} isLive={isLive} zone={zone} onZoom={(fromMs, toMs) => show({ window: windowBetween(fromMs, toMs, Math.min(chart.stepSeconds, 60)) })} />
            )}
          </div>
        )}
      </CardBody>
    </Card>
  );
}

interface ChartsProps {
  readonly chart: AddressChart;
  readonly type: AddressType;
  readonly growth: number | undefined;
  readonly isLive: boolean;
  readonly zone: string;
  readonly onZoom: (fromMs: number, toMs: number) => void;
}

function Charts({ chart, type, growth, isLive, zone, onZoom }: ChartsProps) {
  const { from, stepSeconds, knownSeconds, counts, depth, depthMax, receivers } = chart;
  const common = { from, stepSeconds, knownSeconds, zone, onZoom };
  const rate = (count: keyof typeof counts, color: ChartLine["color"]): ChartLine => ({ title: countTitles[count], color, values: ratesOf(counts[count], knownSeconds) });
  const number = (count: keyof typeof counts, color: ChartLine["color"]): ChartLine => ({ title: countTitles[count], color, values: counts[count], format: formatExact });
  const waiting = depth.findLast((value) => value !== null);
  // In long steps the last two say little of now.
  const recent = stepSeconds <= 60 ? recentGrowth(depth, stepSeconds, growthSteps) : growth;
  const perStep = stepSeconds < 60 ? `each ${stepSeconds} s` : stepSeconds < 3_600 ? `each ${stepSeconds / 60} min` : `each ${stepSeconds / 3_600} h`;
  return (
    <div className={`${styles.charts} ${styles.colors}`}>
      {isStored(type) ? (
        <div>
          <TimeChart
            {...common}
            title="Depth"
            lines={[
              { title: "Messages waiting", color: 1, values: depth, format: formatExact },
              ...(stepSeconds >= 60 ? [{ title: "Most in the step", color: 2 as const, values: depthMax, format: formatExact }] : []),
            ]}
          />
          {isLive && waiting !== null && waiting !== undefined ? <p role="status" aria-label="Time to drain">{drainWords(waiting, recent)}</p> : null}
        </div>
      ) : null}
      <TimeChart {...common} title="Messages per second" lines={[rate("in", 1), rate("out", 2), rate("acknowledged", 3)]} />
      <TimeChart
        {...common}
        title={`Not delivered, ${perStep}`}
        lines={[number("rejected", 1), ...(isStored(type) ? [number("expired", 2), number("deadLettered", 3)] : []), number("refused", 4)]}
      />
      <TimeChart {...common} title="Consumers" lines={[{ title: "Consumers", color: 1, values: receivers, format: formatExact }]} />
    </div>
  );
}
