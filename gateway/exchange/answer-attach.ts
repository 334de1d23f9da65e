import { code } from "../amqp/codes.ts";
import { type AttachFrame, terminusWith } from "../amqp/performatives.ts";
import { encode, SymbolArray, type Writable } from "../amqp/value-writer.ts";
import type { Link } from "../engine/link.ts";

const outcomes = new SymbolArray(["amqp:accepted:list", "amqp:rejected:list", "amqp:released:list", "amqp:modified:list"]);
const sourceFilterField = 7;
const sourceOutcomesField = 9;
const sourceDistributionModeField = 6;
const sourceDynamicField = 4;

/**
 * Answers a client's attach at an address that lives in this process: the client's own names, no filter (none is applied,
 * and saying so is how the specification lets the client know), and what we can promise.
 *
 * @param dynamicName name given to a dynamic source, when one was asked for
 */
export function answerAttach(link: Link, attach: AttachFrame, dynamicName?: string): void {
  let { source } = attach;
  if (source !== null && source.descriptor === code.source && link.isSender) {
    const changes = new Map<number, Writable>([[sourceOutcomesField, outcomes], [sourceFilterField, null], [sourceDistributionModeField, null]]);
    if (dynamicName !== undefined) {
      changes.set(0, dynamicName);
      changes.set(sourceDynamicField, true);
    }
    source = terminusWith(source, changes);
  }
  link.sendAttach({
    ...attach,
    // Outcomes pass from end to end as they come; nobody waits for a receiver's second settling (part 2, section 2.8.3).
    receiverSettleMode: 0,
    source,
    unsettled: null,
    incompleteUnsettled: false,
    initialDeliveryCount: 0,
    maxMessageBytes: link.isSender ? 0 : link.maxMessageBytes,
    offeredCapabilities: null,
    desiredCapabilities: [],
    properties: encode(new Map()),
  });
}
