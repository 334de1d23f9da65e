import { decodeError } from "../amqp/amqp-error.ts";
import { newBudget, skipValue } from "../amqp/bounded-value.ts";
import { code } from "../amqp/codes.ts";
import { FieldList } from "../amqp/field-list.ts";
import { Described, readValue } from "../amqp/value-reader.ts";
import { DescribedList, Encoded, ValueWriter, type Writable } from "../amqp/value-writer.ts";

/** A management request, as far as it matters. */
export interface RequestMessage {
  readonly applicationProperties: ReadonlyMap<unknown, unknown>;
  readonly body: unknown;
  readonly replyTo: string | null;
  /** Encoded correlation id of the reply: the request's own, or its message id. */
  readonly correlation: Buffer | null;
}

const messageIdField = 0;
const replyToField = 4;
const correlationIdField = 5;

/** Reads a message's sections with the bounded decoder. @throws AmqpError `amqp:decode-error` */
export function readRequest(message: Buffer): RequestMessage {
  let applicationProperties: ReadonlyMap<unknown, unknown> = new Map();
  let body: unknown = null;
  let replyTo: string | null = null;
  let correlation: Buffer | null = null;
  const budget = newBudget();
  for (let at = 0; at < message.length; ) {
    const end = skipValue(message, at, message.length, newBudget());
    const section = message[at + 2];
    if (message[at] !== 0 || message[at + 1] !== 0x53) throw decodeError("A message section begins with its descriptor.");
    if (section === code.messageProperties) {
      const fields = FieldList.read(message, at, end);
      replyTo = fields.string(replyToField);
      correlation = fields.raw(correlationIdField) ?? fields.raw(messageIdField);
    } else if (section === code.applicationProperties || section === code.amqpValue) {
      const { value } = readValue(message, at, end, budget);
      const content = value instanceof Described ? value.value : null;
      if (section === code.amqpValue) body = content;
      else if (content instanceof Map) applicationProperties = content;
      else throw decodeError("Application properties are a map.");
    }
    at = end;
  }
  return { applicationProperties, body, replyTo, correlation };
}

/** Writes a reply. The body is encoded by the caller, who may have done so in slices. */
export function writeReply(correlation: Buffer | null, applicationProperties: ReadonlyMap<string, Writable>, body: Encoded): Buffer {
  const writer = new ValueWriter();
  writer.write(new DescribedList(code.messageProperties, [null, null, null, null, null, correlation === null ? null : new Encoded(correlation)]));
  writer.raw(Buffer.from([0, 0x53, code.applicationProperties])).write(applicationProperties as ReadonlyMap<string, Writable>);
  writer.raw(Buffer.from([0, 0x53, code.amqpValue])).write(body);
  return writer.bytes();
}
