import { condition } from "../amqp/codes.ts";
import type { ErrorFields } from "../amqp/performatives.ts";
import type { AddressEntry } from "./directory.ts";

/** Told to a consumer that is one more than the plan of its address allows, wherever the address lives. */
export function consumersFull({ name, settings }: AddressEntry): ErrorFields {
  return {
    condition: condition.resourceLimitExceeded,
    description: `Address ${name} has its ${settings.maxConsumers} consumers, the most that its plan allows. Close one, or choose a larger plan.`,
  };
}
