import { condition } from "./codes.ts";

/** What an error ends: the whole connection, one session or one link. */
export type ErrorScope = "connection" | "session" | "link";

/** A failure that the peer is told with an AMQP error condition. The description is for people and leaves the process. */
export class AmqpError extends Error {
  readonly condition: string;
  readonly scope: ErrorScope;

  constructor(errorCondition: string, description: string, scope: ErrorScope = "connection") {
    super(description);
    this.name = "AmqpError";
    this.condition = errorCondition;
    this.scope = scope;
  }
}

export function decodeError(description: string): AmqpError {
  return new AmqpError(condition.decodeError, description);
}
