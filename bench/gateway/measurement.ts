/** One line of the result. `budget` is compared with the value, or with the ratio to the peer where `judged` says so. */
export interface Measurement {
  readonly case: string;
  readonly value: number;
  readonly unit: string;
  readonly budget?: number;
  readonly judged?: "ratio";
  readonly better?: "higher" | "lower";
  /** What the peer reached in the same run. */
  readonly peer?: number;
  readonly ratio?: number;
}

/** How often and how long a throughput is measured. */
export interface Rounds {
  readonly count: number;
  readonly seconds: number;
}

/** True when the measurement has no budget or keeps it. */
export function isWithinBudget({ value, ratio, budget, judged, better }: Measurement): boolean {
  if (budget === undefined) return true;
  const figure = judged === "ratio" ? ratio! : value;
  return better === "lower" ? figure <= budget : figure >= budget;
}
