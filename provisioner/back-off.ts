import type { BackOffLimits } from "./limits.ts";

/**
 * Delay in milliseconds before try number `tries + 1`: doubled per try from `firstMs` up to `maxMs`, of which the second
 * half is random, so that many waiters do not come back in step.
 * @param tries how often it has failed in a row, 1 or more
 * @param random a number from 0 up to 1, given by tests
 */
export function backOffMs(tries: number, { firstMs, maxMs }: BackOffLimits, random: number = Math.random()): number {
  const whole = Math.min(maxMs, firstMs * 2 ** Math.min(tries - 1, 30));
  return Math.round(whole / 2 + (whole / 2) * random);
}
