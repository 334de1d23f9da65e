import { AmqpBoundsError, AmqpBudget, walkAmqpValue } from "#contracts/amqp-bounds.ts";
import { decodeError } from "./amqp-error.ts";

export function newBudget(): AmqpBudget {
  return new AmqpBudget();
}

/**
 * {@link walkAmqpValue} with the error that a peer is told.
 *
 * @throws AmqpError `amqp:decode-error`
 */
export function skipValue(buffer: Buffer, position: number, end: number, budget: AmqpBudget): number {
  try {
    return walkAmqpValue(buffer, position, end, budget);
  } catch (error) {
    throw error instanceof AmqpBoundsError ? decodeError(error.message) : error;
  }
}
