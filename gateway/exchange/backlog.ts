import type { Transfer } from "../amqp/transfer.ts";

/** From here on producers are held back for a moment. */
const fullBytes = 512 * 1024;
const fullMessages = 4000;
/** From here on messages are lost. The room between is for what producers had credit for already. */
const maxBytes = 1536 * 1024;
const maxMessages = 10_000;

/** A message of one frame, copied once for all consumers that cannot take it at that moment. */
export interface KeptMessage {
  readonly transfer: Transfer;
  readonly bytes: Buffer;
  readonly payloadStart: number;
}

interface Item {
  readonly message: KeptMessage;
  readonly slot: number;
}

/** What one consumer is behind: evens out the moments in which it has no credit, and is full when it is slow. */
export class Backlog {
  #items: Item[] = [];
  #from = 0;
  #bytes = 0;

  /** Set when the consumer was given its moment and is still full; producers do not wait for it until it has caught up. */
  isSlow = false;

  get isFull(): boolean {
    return this.#items.length - this.#from >= fullMessages || this.#bytes >= fullBytes;
  }

  get isEmpty(): boolean {
    return this.#from === this.#items.length;
  }

  get hasRoom(): boolean {
    return this.#items.length - this.#from < maxMessages && this.#bytes < maxBytes;
  }

  add(message: KeptMessage, slot: number): void {
    this.#items.push({ message, slot });
    this.#bytes += message.bytes.length;
  }

  take(): Item {
    const item = this.#items[this.#from]!;
    this.#from += 1;
    this.#bytes -= item.message.bytes.length;
    if (this.#from === this.#items.length) {
      this.isSlow = false;
      this.#items = [];
      this.#from = 0;
    } else if (this.#from >= 1024) {
      this.#items = this.#items.slice(this.#from);
      this.#from = 0;
    }
    return item;
  }
}

/** Copies a frame, tag and state in front of the payload. */
export function keepFrame(transfer: Transfer, copy: Transfer, buffer: Buffer, payloadStart: number, payloadEnd: number): KeptMessage {
  const tagBytes = transfer.tagEnd - transfer.tagStart;
  const stateBytes = transfer.stateEnd - transfer.stateStart;
  const bytes = Buffer.allocUnsafeSlow(tagBytes + stateBytes + payloadEnd - payloadStart);
  buffer.copy(bytes, 0, transfer.tagStart, transfer.tagEnd);
  buffer.copy(bytes, tagBytes, transfer.stateStart, transfer.stateEnd);
  buffer.copy(bytes, tagBytes + stateBytes, payloadStart, payloadEnd);
  Object.assign(copy, transfer);
  copy.tagStart = 0;
  copy.tagEnd = tagBytes;
  copy.stateStart = tagBytes;
  copy.stateEnd = tagBytes + stateBytes;
  return { transfer: copy, bytes, payloadStart: tagBytes + stateBytes };
}
