import { type AmqpInput, binary, described } from "../support/amqp-value.ts";
import { composite, type CompositeFields } from "../support/performatives.ts";
import { RawClient, type RawPeer, type ReceivedFrame } from "../support/raw-client.ts";

/** One side of a comparison: where to connect, and what the queue and topic made for this exchange are called there. */
export interface Side {
  readonly peer: RawPeer;
  readonly queue: string;
  readonly topic: string;
}

/**
 * A scripted exchange: what it observes must be the same on both sides. Names that differ by nature (addresses, container
 * ids, transaction ids) are left out by the exchange or made equal by {@link comparable}.
 */
export interface Exchange {
  readonly name: string;
  readonly run: (side: Side) => Promise<unknown>;
}

/** A message with one data section. */
export function message(body: string | Buffer, sections: readonly AmqpInput[] = []): Buffer {
  const data = described(0x75, binary(Buffer.from(body)));
  return Buffer.concat([...sections.map((section) => bytesOf(section)), data.bytes]);
}

function bytesOf(section: AmqpInput): Buffer {
  if (section === null || typeof section !== "object" || !("bytes" in section)) throw new Error("A section is an encoded value.");
  return section.bytes;
}

export const receiverAt = (address: string, source: CompositeFields = {}): CompositeFields => ({
  role: true, source: composite("source", { address, ...source }), target: composite("target", {}),
});
export const senderTo = (address: string, target: CompositeFields = {}): CompositeFields => ({
  role: false, initialDeliveryCount: 0, source: composite("source", {}), target: composite("target", { address, ...target }),
});

/** A session with an attached sender on handle 0 that has credit. */
export async function sender(side: Side, address = side.queue): Promise<RawClient> {
  const client = await RawClient.session(side.peer);
  await client.attach("out", { handle: 0, ...senderTo(address) });
  await client.expect("flow");
  return client;
}

let tags = 0;

/** Sends unsettled messages on handle 0 and waits for the outcome of each. */
export async function sendAccepted(client: RawClient, bodies: readonly (string | Buffer)[], firstId = 0): Promise<void> {
  for (const [index, body] of bodies.entries()) {
    client.send("transfer", { handle: 0, deliveryId: firstId + index, deliveryTag: Buffer.from(`t${tags++}`), messageFormat: 0 }, { payload: Buffer.isBuffer(body) ? body : message(body) });
  }
  let open = bodies.length;
  while (open > 0) {
    const { fields } = await client.expect("disposition");
    open -= Number(fields.last ?? fields.first) - Number(fields.first) + 1;
  }
}

/** Puts messages into the side's queue on a connection of its own. */
export async function fill(side: Side, bodies: readonly (string | Buffer)[], address = side.queue): Promise<void> {
  await using client = await sender(side, address);
  await sendAccepted(client, bodies);
}

/** A whole delivery from the frames of one or several transfers. */
export async function receiveDelivery(client: RawClient): Promise<{ first: ReceivedFrame; payload: Buffer; frames: number }> {
  const first = await client.expect("transfer");
  const parts = [first];
  while (parts.at(-1)!.fields.more === true) parts.push(await client.expect("transfer"));
  return { first, payload: Buffer.concat(parts.map((part) => part.payload)), frames: parts.length };
}

/** The body of a message with one data section at its end. */
export function bodyOf(payload: Buffer): string {
  const at = Math.max(payload.lastIndexOf(Buffer.from([0x00, 0x53, 0x75, 0xa0])), payload.lastIndexOf(Buffer.from([0x00, 0x53, 0x75, 0xb0])));
  return payload.subarray(at + (payload[at + 3] === 0xa0 ? 5 : 8)).toString();
}

/** False by default: a peer may say so or say nothing. */
const falseByDefault = new Set(["more", "batchable", "incompleteUnsettled", "resume", "aborted"]);

/** Type and fields of a frame, without what no peer has to answer alike. */
export function seen({ type, fields }: ReceivedFrame, leaveOut: readonly string[] = []): unknown {
  return { type, fields: Object.fromEntries(Object.entries(fields).filter(([name, value]) => !leaveOut.includes(name) && !(value === false && falseByDefault.has(name)))) };
}

/** Gives a receiver on handle 0 credit for all that is there, and answers it when the peer says that there is no more. */
export async function drain(client: RawClient, deliveryCount = 0): Promise<ReceivedFrame[]> {
  const before = client.frames.length;
  client.flow({ handle: 0, deliveryCount, linkCredit: 100, drain: true });
  await client.expect("flow", ({ fields }) => fields.handle !== undefined && (fields.linkCredit ?? 0) === 0);
  return client.frames.slice(before).filter(({ type }) => type === "transfer");
}

/** The condition with which a frame detach, end or close says why; "no error" when it gives none. */
export function conditionOf({ fields }: { readonly fields: Readonly<Record<string, unknown>> }): string {
  const error = fields.error as { fields?: { condition?: string } } | undefined;
  return error?.fields?.condition ?? "no error";
}

/** How the peer answers a breach: what it ends, with which condition. */
export async function answerToBreach(client: RawClient): Promise<string> {
  for (;;) {
    const answer = await client.next().catch(() => undefined);
    if (answer === undefined) return client.isClosed ? "closes the socket" : "says nothing";
    if (answer.type === "detach" || answer.type === "end" || answer.type === "close") return `${answer.type} ${conditionOf(answer)}`;
  }
}

/** Replaces the names that differ between the sides. */
export function comparable(observation: unknown, side: Side): unknown {
  const text = JSON.stringify(observation, (_key, value: unknown) => (value === undefined ? "undefined" : value));
  return JSON.parse(text.replaceAll(side.queue, "QUEUE").replaceAll(side.topic, "TOPIC"));
}
