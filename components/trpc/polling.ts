import { isInTransition, type Phase } from "#contracts/phases.ts";

const fastMs = 2_000;
const slowMs = 10_000;
const fastForMs = 60_000;
const slowForMs = 10 * 60_000;

/**
 * The fall-back while no changes are pushed: fast for a minute while something is in transition, then slow, then off.
 * @param phases of the rows on screen
 * @param downForMs how long the stream has been down; undefined while it is open
 * @returns the interval in milliseconds, or false for none
 */
export function pollingInterval(phases: readonly Phase[], downForMs: number | undefined): number | false {
  if (downForMs === undefined) return false;
  if (phases.some(isInTransition) && downForMs < fastForMs) return fastMs;
  return downForMs < slowForMs ? slowMs : false;
}
