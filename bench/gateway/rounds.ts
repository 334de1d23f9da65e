/** How often and how long something is measured. */
export interface Rounds {
  readonly count: number;
  readonly seconds: number;
  /** Of the attacks only those whose name has this in it; all when it is empty. */
  readonly attack: string;
}
