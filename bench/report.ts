/** One figure of a benchmark. `ratio` is value divided by the peer's figure of the same run. */
export interface Measurement {
  readonly case: string;
  readonly value: number;
  readonly unit: string;
  /** Most that the value may be. */
  readonly budget?: number;
  readonly peer?: number;
  readonly ratio?: number;
}

/** Prints a measurement: a table's row for people, or with `asJson` one object on a line. */
export function report(measurement: Measurement, asJson: boolean): void {
  console.log(asJson ? JSON.stringify(measurement) : row(measurement));
}

/** The row for people: case, value, unit, peer, budget and whether it is kept. */
export function row({ case: name, value, unit, budget, peer, ratio }: Measurement): string {
  const parts = [name.padEnd(56), `${value.toFixed(1)} ${unit}`.padStart(12)];
  if (peer !== undefined) parts.push(`peer ${peer.toFixed(1)}${ratio === undefined ? "" : `, ratio ${ratio.toFixed(2)}`}`);
  if (budget !== undefined) parts.push(`budget ${budget} ${unit}: ${value <= budget ? "kept" : "MISSED"}`);
  return parts.join("  ");
}
