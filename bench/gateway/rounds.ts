/** How often and how long a throughput is measured. */
export interface Rounds {
  readonly count: number;
  readonly seconds: number;
}
