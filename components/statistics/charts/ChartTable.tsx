"use client";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { type AddressChart, chartCounts } from "#contracts/addresses/address-chart.ts";
import { formatExact } from "#components/feedback/format.ts";
import { countTitles } from "./chart-words.ts";
import styles from "./charts.module.css";

const storedOnly: ReadonlySet<string> = new Set(["expired", "deadLettered"]);

/** The numbers of the charts, the newest first. */
export function ChartTable({ chart, isStored, zone }: { chart: AddressChart; isStored: boolean; zone: string }) {
  const { from, stepSeconds, knownSeconds, depth, receivers, counts } = chart;
  const end = knownSeconds.findLastIndex((seconds) => seconds > 0);
  const steps = Array.from({ length: end + 1 }, (_step, index) => end - index);
  const shown = chartCounts.filter((count) => isStored || !storedOnly.has(count));
  const timeOf = (index: number) => new Date(Date.parse(from) + index * stepSeconds * 1000).toLocaleString(undefined, { timeZone: zone });
  return (
    // Scrollable with the keyboard too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.table} tabIndex={0} role="region" aria-label="Numbers over time">
      <Table aria-label="Numbers over time" variant="compact" isStickyHeader gridBreakPoint="">
        <Thead>
          <Tr>
            <Th modifier="nowrap">From ({zone})</Th>
            {isStored ? <Th modifier="nowrap" className={styles.figure}>Depth</Th> : null}
            <Th modifier="nowrap" className={styles.figure}>Consumers</Th>
            {shown.map((count) => <Th key={count} modifier="nowrap" className={styles.figure}>{countTitles[count]}</Th>)}
          </Tr>
        </Thead>
        <Tbody>
          {steps.map((index) => (
            <Tr key={index}>
              <Td modifier="nowrap">{timeOf(index)}</Td>
              {isStored ? <Td className={styles.figure}>{cell(depth[index])}</Td> : null}
              <Td className={styles.figure}>{cell(receivers[index])}</Td>
              {shown.map((count) => <Td key={count} className={styles.figure}>{cell(counts[count][index])}</Td>)}
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  );
}

function cell(value: number | null | undefined): string {
  return value === null || value === undefined ? "not known" : formatExact(value);
}
