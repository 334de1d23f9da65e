"use client";
import { Card, CardBody, CardTitle } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { ExportButton } from "#components/table/ExportButton.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { shortMoment, zoneOf } from "./chart-view.ts";
import { gapWords, ratesOf } from "./chart-words.ts";
import styles from "./charts.module.css";
import { TimeChart } from "./TimeChart.tsx";

const refetchMs = 10_000;

/** Messages in and out of a space per second, over its last hour. */
export function SpaceRates({ scope }: { scope: SpaceScope }) {
  const { data: chart, isError, error } = useQuery({ ...useTRPC().spaces.getChart.queryOptions(scope), refetchInterval: refetchMs });
  const zone = zoneOf({ isUtc: false });
  return (
    <Card>
      <CardTitle component="h2">Messages in the last hour</CardTitle>
      <CardBody>
        {isError ? <InlineAlert variant="warning" title="The numbers may be out of date">{toPublicError(error).message}</InlineAlert> : null}
        {chart === undefined ? (
          <div className={styles.placeholderOfOne}>{isError ? null : <Delayed label="Loading the numbers">{null}</Delayed>}</div>
        ) : (
          <div className={styles.colors}>
            <TimeChart
              title="Per second"
              from={chart.from}
              stepSeconds={chart.stepSeconds}
              knownSeconds={chart.knownSeconds}
              zone={zone}
              lines={[{ title: "In", color: 1, values: ratesOf(chart.in, chart.knownSeconds) }, { title: "Out", color: 2, values: ratesOf(chart.out, chart.knownSeconds) }]}
            />
            <p>{gapWords(chart, (ms) => shortMoment(ms, zone))}</p>
            <ExportButton onExport={async () => (await import("./export-chart.ts")).exportSpaceChart(scope, chart)} />
          </div>
        )}
      </CardBody>
    </Card>
  );
}
