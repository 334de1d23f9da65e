import { type AddressChart, chartCounts, type SpaceChart } from "#contracts/addresses/address-chart.ts";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { type CsvColumn, exportCsv, type Exported } from "#components/table/export-rows.ts";
import { countTitles } from "./chart-words.ts";

/** The steps themselves: each row is the index of one. */
function stepColumns({ from, stepSeconds, knownSeconds }: Pick<AddressChart, "from" | "stepSeconds" | "knownSeconds">): readonly CsvColumn<number>[] {
  const momentOf = (index: number) => new Date(Date.parse(from) + index * stepSeconds * 1000).toISOString();
  return [
    { title: "From", value: momentOf },
    { title: "To", value: (index) => momentOf(index + 1) },
    { title: "Seconds known", value: (index) => knownSeconds[index] },
  ];
}

/** Saves the steps of a space's chart as rows; a number that is not known is an empty cell. */
export function exportSpaceChart({ tenant, space }: SpaceScope, chart: SpaceChart): Promise<Exported> {
  const columns: readonly CsvColumn<number>[] = [...stepColumns(chart), { title: "In", value: (index) => chart.in[index] }, { title: "Out", value: (index) => chart.out[index] }];
  return exportCsv(`chart-${tenant}-${space}`, columns, [[...chart.knownSeconds.keys()]]);
}

/** Saves the steps of the charts as rows; a number that is not known is an empty cell. */
export function exportChart({ tenant, space }: SpaceScope, name: string, chart: AddressChart): Promise<Exported> {
  const columns: readonly CsvColumn<number>[] = [
    ...stepColumns(chart),
    { title: "Depth", value: (index) => chart.depth[index] },
    { title: "Largest depth", value: (index) => chart.depthMax[index] },
    { title: "Consumers", value: (index) => chart.receivers[index] },
    ...chartCounts.map((count) => ({ title: countTitles[count], value: (index: number) => chart.counts[count][index] })),
  ];
  return exportCsv(`chart-${tenant}-${space}-${name}`, columns, [[...chart.knownSeconds.keys()]]);
}
