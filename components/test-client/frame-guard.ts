import { AmqpBoundsError, checkAmqpMessage, checkAmqpValue, readAmqpDescriptor } from "#contracts/amqp-bounds.ts";

/** The largest frame the test client announces in its `open`, and accepts. */
export const maxFrameBytes = 65_536;
/** The largest message the test client shows. */
export const maxShownMessageBytes = 4 * 1024 * 1024;
/** The largest message whose bytes are kept to be saved, though it is not shown. */
export const maxKeptMessageBytes = 16 * 1024 * 1024;

/** A message as it came from the network, before anything was decoded. */
export interface ArrivedMessage {
  /** The encoded message; empty when it was too large to be kept. */
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
  /** Why it must not be decoded; absent when it may be. */
  readonly refusal: string | undefined;
}

const transferDescriptor = 0x14;
const amqpMagic = 0x41_4d_51_50;
/** An encoded message with nothing in it: amqp-value section, null. rhea is given it in the place of each message. */
const standIn = Uint8Array.of(0x00, 0x53, 0x77, 0x40);

/** Frames of one message, which may be as small as their sender likes. */
const maxHeldFrames = 65_536;

interface HeldDelivery {
  readonly id: number;
  readonly heads: Uint8Array[];
  readonly payloads: Uint8Array[];
  bytes: number;
}

interface Transfer {
  readonly handle: number;
  readonly deliveryId: number | undefined;
  readonly more: boolean;
  readonly aborted: boolean;
}

function readUint(bytes: Uint8Array, at: number): number | undefined {
  const code = bytes[at];
  if (code === 0x43) return 0;
  if (code === 0x52) return bytes[at + 1];
  if (code === 0x70) return new DataView(bytes.buffer, bytes.byteOffset + at + 1, 4).getUint32(0);
  return undefined;
}

function readBoolean(bytes: Uint8Array, at: number | undefined): boolean {
  return at !== undefined && (bytes[at] === 0x41 || (bytes[at] === 0x56 && bytes[at + 1] === 1));
}

/** Reads what the guard must know of a transfer whose performative has been checked and whose list begins at `at`. */
function readTransfer(bytes: Uint8Array, at: number): Transfer {
  const code = bytes[at];
  if (code !== 0xc0 && code !== 0xd0) throw new AmqpBoundsError("A transfer without a list of fields.");
  const wide = code === 0xd0;
  const count = wide ? new DataView(bytes.buffer, bytes.byteOffset + at + 5, 4).getUint32(0) : (bytes[at + 2] ?? 0);
  const fields: number[] = [];
  let position = at + (wide ? 9 : 3);
  for (let index = 0; index < Math.min(count, 10); index += 1) {
    fields.push(position);
    position = checkAmqpValue(bytes, position);
  }
  const handle = fields[0] === undefined ? undefined : readUint(bytes, fields[0]);
  if (handle === undefined) throw new AmqpBoundsError("A transfer without a handle.");
  return {
    handle,
    deliveryId: fields[1] === undefined ? undefined : readUint(bytes, fields[1]),
    more: readBoolean(bytes, fields[5]),
    aborted: readBoolean(bytes, fields[9]),
  };
}

/** The parts one after the other; the part itself when there is only one. */
export function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer>;
export function joined(parts: readonly Uint8Array[]): Uint8Array;
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function frameOf(head: Uint8Array, payload: Uint8Array): Uint8Array {
  const frame = joined([head, payload]);
  new DataView(frame.buffer).setUint32(0, frame.length);
  return frame;
}

function refusalOfMessage(payload: Uint8Array): string | undefined {
  if (payload.length === 0) return "It is empty: not even a body section.";
  try {
    checkAmqpMessage(payload);
    return undefined;
  } catch (error) {
    if (error instanceof AmqpBoundsError) return error.message;
    throw error;
  }
}

/**
 * Stands between the network and rhea's decoder, which believes any element count (research: rhea 3.0.5 is killed by 32
 * bytes). It cuts the stream into frames, checks every encoded value, holds the frames of a message until it is whole, hands
 * the message itself over as bytes with the check's verdict, and gives rhea an empty one in its place: rhea counts and settles
 * deliveries, and what is shown is decoded when somebody looks.
 *
 * One receiving link a connection: deliveries are held back, which would reorder those of several links.
 */
export class FrameGuard {
  #rest: Uint8Array = new Uint8Array(0);
  readonly #held = new Map<string, HeldDelivery>();
  readonly #onMessage: (deliveryId: number, message: ArrivedMessage) => void;

  /** @param onMessage told of each message before its stand-in is passed on */
  constructor(onMessage: (deliveryId: number, message: ArrivedMessage) => void) {
    this.#onMessage = onMessage;
  }

  /**
   * Takes bytes as they come from the network and answers, frame by frame, the bytes that are safe to decode.
   * @throws AmqpBoundsError when the stream itself is broken; the connection must be closed then.
   */
  *push(chunk: Uint8Array): Generator<Uint8Array, void> {
    let bytes = this.#rest.length === 0 ? chunk : joined([this.#rest, chunk]);
    for (;;) {
      const size = this.#sizeOfNext(bytes);
      if (size === undefined || bytes.length < size) break;
      const frame = bytes.subarray(0, size);
      bytes = bytes.subarray(size);
      yield* this.#pass(frame);
    }
    this.#rest = bytes.slice();
  }

  #sizeOfNext(bytes: Uint8Array): number | undefined {
    if (bytes.length < 4) return undefined;
    const size = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
    if (size === amqpMagic) return 8;
    if (size < 8 || size > maxFrameBytes) throw new AmqpBoundsError(`A frame claims ${size} bytes; 8 to ${maxFrameBytes} are allowed.`);
    return size;
  }

  #pass(frame: Uint8Array): Uint8Array[] {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    if (view.getUint32(0) === amqpMagic) return [frame];
    const bodyAt = (frame[4] ?? 0) * 4;
    if (bodyAt < 8 || bodyAt > frame.length) throw new AmqpBoundsError("A frame's data offset is wrong.");
    if (bodyAt === frame.length) return [frame];
    const isSasl = frame[5] === 0x01;
    const { descriptor, at } = readAmqpDescriptor(frame, bodyAt);
    const known = isSasl ? descriptor >= 0x40 && descriptor <= 0x44 : frame[5] === 0x00 && descriptor >= 0x10 && descriptor <= 0x18;
    if (!known || ![0x45, 0xc0, 0xd0].includes(frame[at] ?? 0)) throw new AmqpBoundsError("A frame holds no AMQP performative.");
    const payloadAt = checkAmqpValue(frame, bodyAt);
    if (descriptor === transferDescriptor) return this.#passTransfer(view.getUint16(6), readTransfer(frame, at), frame, payloadAt);
    if (payloadAt !== frame.length) throw new AmqpBoundsError("A frame that is no transfer has a payload.");
    return [frame];
  }

  #passTransfer(channel: number, transfer: Transfer, frame: Uint8Array, payloadAt: number): Uint8Array[] {
    const key = `${channel}/${transfer.handle}`;
    const begun = this.#held.get(key);
    const delivery = begun ?? { id: transfer.deliveryId ?? 0, heads: [], payloads: [], bytes: 0 };
    const payload = frame.subarray(payloadAt);
    // A copy of each of thousands a second would keep the page's memory busy: a whole message stays in what it arrived in, mostly with others.
    const isWhole = begun === undefined && !transfer.more;
    delivery.heads.push(isWhole ? frame.subarray(0, payloadAt) : frame.slice(0, payloadAt));
    if (delivery.heads.length > maxHeldFrames) throw new AmqpBoundsError(`A message comes in more than ${maxHeldFrames} frames.`);
    delivery.bytes += payload.length;
    if (delivery.bytes <= maxKeptMessageBytes) delivery.payloads.push(isWhole ? payload : payload.slice());
    else delivery.payloads.length = 0;
    if (transfer.more && !transfer.aborted) {
      this.#held.set(key, delivery);
      return [];
    }
    this.#held.delete(key);
    const bytes = joined(delivery.payloads);
    const refusal =
      transfer.aborted ? "Its sender gave up in the middle of it."
      : delivery.bytes > maxShownMessageBytes ? `It is larger than ${maxShownMessageBytes / 1024 / 1024} MiB.`
      : refusalOfMessage(bytes);
    this.#onMessage(delivery.id, { bytes, sizeBytes: delivery.bytes, refusal });
    return delivery.heads.map((head, index) => frameOf(head, index === 0 ? standIn : new Uint8Array(0)));
  }
}
