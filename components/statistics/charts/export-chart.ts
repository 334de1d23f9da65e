import { type AddressChart, chartCounts } from "#contracts/addresses/address-chart.ts";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { type CsvColumn, exportCsv, type Exported } from "#components/table/export-rows.ts";
import { countTitles } from "./chart-words.ts";

/** Saves the steps of the charts as rows; a number that is not known is an empty cell. */
export function exportChart({ tenant, space }: SpaceScope, name: string, chart: AddressChart): Promise<Exported> {
  const momentOf = (index: number) => new Date(Date.parse(chart.from) + index * chart.stepSeconds * 1000).toISOString();
  const columns: readonly CsvColumn<number>[] = [
    { title: "From", value: momentOf },
    { title: "To", value: (index) => momentOf(index + 1) },
    { title: "Seconds known", value: (index) => chart.knownSeconds[index] },
    { title: "Depth", value: (index) => chart.depth[index] },
    { title: "Largest depth", value: (index) => chart.depthMax[index] },
    { title: "Consumers", value: (index) => chart.receivers[index] },
    ...chartCounts.map((count) => ({ title: countTitles[count], value: (index: number) => chart.counts[count][index] })),
  ];
  return exportCsv(`chart-${tenant}-${space}-${name}`, columns, [[...chart.knownSeconds.keys()]]);
}
