import { AmqpBoundsError, AmqpBudget, readAmqpDescriptor, walkAmqpValue } from "#contracts/amqp-bounds.ts";

const messageAnnotations = 0x72;
const applicationProperties = 0x74;
const originQueue = Buffer.from("x-opt-ORIG-QUEUE");
const duplicateId = Buffer.from("_AMQ_DUPL_ID");

interface Entry {
  readonly name: Buffer;
  /** Of a text the text, of other values something else. */
  readonly value: Buffer;
  /** Name and value as they are encoded. */
  readonly bytes: Buffer;
}

interface Section {
  readonly start: number;
  readonly end: number;
  readonly entries: readonly Entry[];
}

/** The queue from which the broker has moved a message, as it notes it itself; undefined when it says nothing of that. */
export function originOf(payload: Buffer): string | undefined {
  return sectionOf(payload, messageAnnotations)?.entries.find(({ name }) => name.equals(originQueue))?.value.toString();
}

/**
 * A message without the id by which Artemis knows duplicates. Its address still remembers that id from the first time, so a message
 * that comes back would be accepted and dropped as a duplicate of itself. Bytes that are no message stay as they are.
 */
export function withoutDuplicateId(payload: Buffer): Buffer {
  if (!payload.includes(duplicateId)) return payload;
  const section = sectionOf(payload, applicationProperties);
  if (section === undefined) return payload;
  const kept = section.entries.filter(({ name }) => !name.equals(duplicateId)).map(({ bytes }) => bytes);
  const head = Buffer.from([0, 0x53, applicationProperties, 0xd1, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(kept.reduce((sum, { length }) => sum + length, 4), 4);
  head.writeUInt32BE(kept.length * 2, 8);
  return Buffer.concat([payload.subarray(0, section.start), head, ...kept, payload.subarray(section.end)]);
}

/** The section of this descriptor and what its map holds; undefined when there is none, or the bytes up to its end are not well formed. */
function sectionOf(payload: Buffer, descriptor: number): Section | undefined {
  const budget = new AmqpBudget();
  try {
    for (let start = 0; start < payload.length; ) {
      const section = readAmqpDescriptor(payload, start);
      const end = walkAmqpValue(payload, section.at, payload.length, budget);
      if (section.descriptor === descriptor) return { start, end, entries: entriesOf(payload, section.at, end) };
      start = end;
    }
  } catch (error) {
    if (!(error instanceof AmqpBoundsError)) throw error;
  }
  return undefined;
}

/** The entries of the map that stands here, proved to be well formed. */
function entriesOf(payload: Buffer, start: number, end: number): Entry[] {
  if (payload[start] !== 0xc1 && payload[start] !== 0xd1) throw new AmqpBoundsError("The section is no map.");
  const budget = new AmqpBudget();
  const entries: Entry[] = [];
  for (let at = start + (payload[start] === 0xd1 ? 9 : 3); at < end; ) {
    const valueAt = walkAmqpValue(payload, at, end, budget);
    const next = walkAmqpValue(payload, valueAt, end, budget);
    entries.push({ name: textOf(payload, at, valueAt), value: textOf(payload, valueAt, next), bytes: payload.subarray(at, next) });
    at = next;
  }
  return entries;
}

/** What stands behind the size of a string or symbol. */
function textOf(payload: Buffer, start: number, end: number): Buffer {
  return payload.subarray(start + (payload[start]! >= 0xb0 ? 5 : 2), end);
}
