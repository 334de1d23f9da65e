import { Encoded, encode, type Writable } from "../amqp/value-writer.ts";

/** Answer to a management request: a status as in HTTP, words, and an encoded body. */
export interface ManagementReply {
  readonly status: number;
  readonly description: string;
  readonly body: Encoded;
}

const noBody = new Encoded(encode(new Map()));

/** A refusal; thrown by operations, answered by the node. */
export class ManagementError extends Error {
  readonly status: number;

  constructor(status: number, description: string) {
    super(description);
    this.name = "ManagementError";
    this.status = status;
  }
}

export function refusal(error: ManagementError): ManagementReply {
  return { status: error.status, description: error.message, body: noBody };
}

export function done(status: number, description: string, entity?: Readonly<Record<string, Writable>>): ManagementReply {
  return { status, description, body: entity === undefined ? noBody : new Encoded(encode(toMap(entity))) };
}

function toMap(entity: Readonly<Record<string, Writable>>): Map<string, Writable> {
  return new Map(Object.entries(entity));
}
