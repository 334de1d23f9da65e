import { AmqpError } from "../amqp/amqp-error.ts";
import { newBudget, skipValue } from "../amqp/bounded-value.ts";
import { condition } from "../amqp/codes.ts";
import type { ErrorFields } from "../amqp/performatives.ts";
import { section } from "../amqp/message-sections.ts";
import type { FrontCheck, FrontFinding } from "./front-hold.ts";
import { rejectedState } from "./settle.ts";

/**
 * Start of the names under which a queue's filter reads where the broker moved a message from. Artemis looks among the sender's
 * application properties first, so that a sender could have its dead letters taken for another queue's.
 */
const claim = Buffer.from("_AMQ_ORIG_");
/** Up to here a loop of ours is faster than a call into Node. */
const maxScannedBytes = 512;
const frontSymbols = new Set(["amqp:header:list", "amqp:delivery-annotations:map", "amqp:message-annotations:map", "amqp:properties:list", "amqp:application-properties:map"]);

/** What the sender of a message with such a property is told. */
export const claimRefused: ErrorFields = {
  condition: condition.notAllowed,
  description: `Application properties must not hold the text ${claim.toString()}: the broker keeps such names for the origin of dead letters.`,
};
const refusal = rejectedState(claimRefused);

/** Lets no message with such a property through to a broker. */
export const originClaim: FrontCheck = { look: lookForClaim, passable: () => ({ refusal }) };

/**
 * Looks for such a name in front of a message's body. Sections are hopped over by their sizes as Artemis reads them: in any order,
 * more than once, with numbers or symbols for descriptors, up to the first that is none of the five.
 *
 * @param isWhole false when more of the message is to come
 */
export function lookForClaim(buffer: Buffer, start: number, end: number, isWhole: boolean): FrontFinding {
  for (let at = start; at < end; ) {
    if (buffer[at] !== 0) return "clean";
    let valueAt = at + 3;
    let mayClaim = true;
    if (buffer[at + 1] === 0x53 && valueAt <= end) {
      const descriptor = buffer[at + 2]!;
      if (descriptor < section.header || descriptor > section.applicationProperties) return "clean";
      mayClaim = descriptor === section.applicationProperties;
    } else {
      valueAt = skipped(buffer, at + 1, end);
      if (valueAt > end) return isWhole ? "clean" : "cut";
      if (!isFront(buffer, at + 1, valueAt)) return "clean";
    }
    const next = valueEnd(buffer, valueAt, end);
    if (next > end && !isWhole) return "cut";
    if (mayClaim && holdsClaim(buffer, valueAt, next)) return "named";
    at = next;
  }
  return isWhole ? "clean" : "cut";
}

/** The section is looked through as a whole: whoever has the text in a property's value is refused as well. */
function holdsClaim(buffer: Buffer, start: number, end: number): boolean {
  if (end - start > maxScannedBytes) return buffer.subarray(start, end).includes(claim);
  const last = Math.min(end, buffer.length) - claim.length;
  for (let at = start; at <= last; at += 1) {
    if (buffer[at] !== claim[0]) continue;
    let matched = 1;
    while (matched < claim.length && buffer[at + matched] === claim[matched]) matched += 1;
    if (matched === claim.length) return true;
  }
  return false;
}

/** The end of a section by its size; beyond `end` when it is not all there. */
function valueEnd(buffer: Buffer, at: number, end: number): number {
  const format = buffer[at];
  if ((format === 0xc0 || format === 0xc1) && at + 2 <= end) return at + 2 + buffer[at + 1]!;
  if ((format === 0xd0 || format === 0xd1) && at + 5 <= end) return at + 5 + buffer.readUInt32BE(at + 1);
  return format === 0x45 ? at + 1 : skipped(buffer, at, end);
}

/** Behind a value of any kind; beyond `end` when it is not all there, or is none. */
function skipped(buffer: Buffer, at: number, end: number): number {
  try {
    return skipValue(buffer, at, end, newBudget());
  } catch (error) {
    if (error instanceof AmqpError) return end + 1;
    throw error;
  }
}

/** Whether a descriptor that is not in the usual short form names a section in front of the body. */
function isFront(buffer: Buffer, at: number, end: number): boolean {
  if (buffer[at] === 0x80) return buffer.readUInt32BE(at + 1) === 0 && buffer.readUInt32BE(at + 5) >= section.header && buffer.readUInt32BE(at + 5) <= section.applicationProperties;
  return frontSymbols.has(buffer.toString("latin1", at + (buffer[at] === 0xb3 ? 5 : 2), end));
}
