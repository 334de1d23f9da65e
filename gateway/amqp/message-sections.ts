import { AmqpError } from "./amqp-error.ts";
import { newBudget, skipValue } from "./bounded-value.ts";
import { FieldList } from "./field-list.ts";

/** Descriptor codes of the sections in front of a message's body (part 3, section 3.2). */
export const section = { header: 0x70, deliveryAnnotations: 0x71, messageAnnotations: 0x72, properties: 0x73, applicationProperties: 0x74 } as const;

const toField = 2;

/** Descriptor code of the section that starts here, or -1 when it is none that is known by number. */
export function sectionCode(buffer: Buffer, position: number, end: number): number {
  if (end - position < 4 || buffer[position] !== 0) return -1;
  if (buffer[position + 1] === 0x53) return buffer[position + 2]!;
  if (buffer[position + 1] === 0x80 && end - position > 10 && buffer.readBigUInt64BE(position + 2) < 256n) return buffer[position + 9]!;
  return -1;
}

/**
 * Reads whom a message is for: the field `to` of its properties. Its body is not read.
 *
 * @returns the name, null when the message has none, undefined when what is there of the message ends too early to tell
 * @throws AmqpError `amqp:decode-error` when a section in front of the body is not well formed
 */
export function readTo(buffer: Buffer, start: number, end: number, isWhole: boolean): string | null | undefined {
  try {
    for (let at = start; at < end; ) {
      const descriptor = sectionCode(buffer, at, end);
      if (descriptor === section.properties) return FieldList.read(buffer, at, end).string(toField);
      if (descriptor < section.header || descriptor > section.messageAnnotations) return isWhole || end - at > 10 ? null : undefined;
      at = skipValue(buffer, at, end, newBudget());
    }
  } catch (error) {
    if (isWhole || !(error instanceof AmqpError)) throw error;
    return undefined;
  }
  return isWhole ? null : undefined;
}
