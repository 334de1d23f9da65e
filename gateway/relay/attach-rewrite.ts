import { code } from "../amqp/codes.ts";
import { type AttachFrame, type ErrorFields, type Terminus, terminusWith } from "../amqp/performatives.ts";
import { SymbolArray, type Writable } from "../amqp/value-writer.ts";
import { consumersFull } from "../directory/consumers-full.ts";
import type { AddressEntry } from "../directory/directory.ts";
import type { BrokerNames } from "./broker-names.ts";

const addressField = 0;
const sourceCapabilitiesField = 10;
const targetCapabilitiesField = 6;

/** Of what clients desire of a link, what a broker may hear. Artemis has others that turn a link into a mirror or a federation. */
const passedDesires = new Set(["DELAYED_DELIVERY"]);
/** Artemis calls it an internal error. */
const tooManyConsumers = /AMQ229200/;
const passedSourceCapabilities = new Set(["shared", "global"]);

/**
 * A client's attach as the broker gets it: the address by its broker name, and with the capability that says what it is, so
 * that the broker cannot take it for anything else.
 */
export function rewriteForBroker(attach: AttachFrame, address: AddressEntry): AttachFrame {
  const { brokerAddress, addressType } = address.settings;
  // A subscription's queue is one of its topic's.
  const brokerType = addressType === "subscription" ? "topic" : addressType;
  const changed = (terminus: Terminus, field: number, passed: ReadonlySet<string>): Terminus => {
    const capabilities: string[] = [brokerType, ...terminus.capabilities.filter((name) => passed.has(name))];
    return terminusWith(terminus, new Map<number, Writable>([[addressField, brokerAddress], [field, new SymbolArray(capabilities)]]));
  };
  return {
    ...attach,
    name: brokerLinkName(attach, address.space.name, attach.source?.capabilities ?? []),
    source: attach.isReceiver && attach.source !== null ? changed(attach.source, sourceCapabilitiesField, passedSourceCapabilities) : attach.source,
    target: !attach.isReceiver && attach.target !== null ? changed(attach.target, targetCapabilitiesField, new Set()) : attach.target,
    desiredCapabilities: attach.desiredCapabilities.filter((name) => passedDesires.has(name)),
  };
}

/**
 * Link names are the client's own, since its container id at the broker is its space's. Only a subscription shared over all
 * containers is named by its link alone, so that name carries the space.
 */
export function brokerLinkName(attach: AttachFrame, spaceName: string, capabilities: readonly string[]): string {
  return attach.isReceiver && capabilities.includes("global") ? `${spaceName}/${attach.name}` : attach.name;
}

/** The broker's answer as the client gets it: with the names that the client used. */
export function rewriteForClient(answer: AttachFrame, asked: AttachFrame, spaceName: string, maxMessageBytes: number): AttachFrame {
  return {
    ...answer,
    name: asked.name,
    source: asked.isReceiver ? named(answer.source, asked.source, sourceCapabilitiesField, spaceName) : asked.source,
    target: asked.isReceiver ? asked.target : named(answer.target, asked.target, targetCapabilitiesField, spaceName),
    maxMessageBytes: answer.isReceiver ? smaller(answer.maxMessageBytes, maxMessageBytes) : answer.maxMessageBytes,
  };
}

/** An end of the link as the broker answered it, by the name and capabilities that the client asked for. */
function named(answered: Terminus | null, original: Terminus | null, capabilitiesField: number, spaceName: string): Terminus | null {
  if (answered === null || answered.descriptor === code.coordinator) return answered;
  if (original === null) {
    // A subscription taken up by its name: Artemis answers `<container>.<link>`, and the space is part of our container id there.
    return terminusWith(answered, new Map([[addressField, answered.address?.replace(`${spaceName}/`, "") ?? null]]));
  }
  return terminusWith(answered, new Map<number, Writable>([
    [addressField, original.address],
    [capabilitiesField, original.capabilities.length > 0 ? new SymbolArray(original.capabilities) : null],
  ]));
}

/** The smaller of two limits of which 0 means none. */
function smaller(one: number, other: number): number {
  if (one === 0 || other === 0) return one + other;
  return Math.min(one, other);
}

/** A broker's error in the client's words: no name of the broker's in it. */
export function errorForClient(error: ErrorFields | null, address: AddressEntry | null, names: BrokerNames): ErrorFields | null {
  if (error === null) return null;
  if (address !== null && tooManyConsumers.test(error.description)) return consumersFull(address);
  let { description } = error;
  if (address !== null) description = description.replaceAll(address.settings.brokerAddress, address.name);
  return { condition: error.condition, description: names.inText(description) };
}
