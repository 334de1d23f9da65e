/** One figure of a benchmark. `budget` is compared with the value, or with the ratio to the peer where `judged` says so. */
export interface Measurement {
  readonly case: string;
  readonly value: number;
  readonly unit: string;
  readonly budget?: number;
  readonly judged?: "ratio";
  /** Which side of the budget is good; lower where nothing is said. */
  readonly better?: "higher" | "lower";
  /** What the peer reached in the same run. */
  readonly peer?: number;
  readonly ratio?: number;
}

/** True when the measurement has no budget or keeps it. */
export function isWithinBudget({ value, ratio, budget, judged, better }: Measurement): boolean {
  if (budget === undefined) return true;
  const judgedFigure = judged === "ratio" ? (ratio ?? Number.NaN) : value;
  return better === "higher" ? judgedFigure >= budget : judgedFigure <= budget;
}

/** Prints a measurement: a table's row for people, or with `asJson` one object on a line. */
export function report(measurement: Measurement, asJson: boolean): void {
  console.log(asJson ? JSON.stringify(measurement) : row(measurement));
}

/** The row for people: case, value, unit, peer, ratio, budget and whether it is kept. */
export function row(measurement: Measurement): string {
  const { case: name, value, unit, budget, judged, peer, ratio } = measurement;
  const parts = [name.padEnd(70), `${figure(value)} ${unit}`];
  if (peer !== undefined) parts.push(`peer ${figure(peer)}`);
  if (ratio !== undefined) parts.push(`ratio ${ratio.toFixed(2)}`);
  if (budget !== undefined) parts.push(`budget ${judged === "ratio" ? "ratio " : ""}${figure(budget)} ${isWithinBudget(measurement) ? "kept" : "MISSED"}`);
  return parts.join("  ");
}

function figure(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : value.toFixed(value < 10 ? 2 : 1);
}
