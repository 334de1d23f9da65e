import { z } from "zod";

const maxTimeToLiveMs = 10 * 365 * 86_400_000;

/** What an address narrows of its plan; null follows the plan, whatever it becomes. */
export const addressOptionsSchema = z.object({
  /** Longest time that a message is kept, in milliseconds. */
  timeToLiveMs: z.int("Give a whole number.").min(1000, "Give at least one second.").max(maxTimeToLiveMs, "Give at most ten years.").nullable(),
  /** Deliveries before a message counts as undeliverable. */
  deliveryAttempts: z.int("Give a whole number.").min(1, "Give at least 1.").max(1_000_000, "Give at most 1,000,000.").nullable(),
  /** Consumers at the same time. */
  consumers: z.int("Give a whole number.").min(1, "Give at least 1.").max(1_000_000, "Give at most 1,000,000.").nullable(),
  /** False drops undeliverable messages instead of keeping them as dead letters. */
  keepsDeadLetters: z.boolean().nullable(),
});
export type AddressOptions = z.infer<typeof addressOptionsSchema>;

export const noOptions: AddressOptions = { timeToLiveMs: null, deliveryAttempts: null, consumers: null, keepsDeadLetters: null };

/** True when the address narrows nothing. */
export function isPlain(options: AddressOptions): boolean {
  return options.timeToLiveMs === null && options.deliveryAttempts === null && options.consumers === null && options.keepsDeadLetters === null;
}
