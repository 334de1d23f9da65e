/** Makes wrong input out of right input, the same for the same seed. */
export class Mutator {
  #state: number;
  readonly #corpus: readonly Buffer[];

  constructor(seed: number, corpus: readonly Buffer[]) {
    this.#state = seed | 1;
    this.#corpus = corpus;
  }

  /** A whole number from 0 up to, but not including, `below` (xorshift32). */
  below(below: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % below;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** One to four changes: bits, sizes and counts, format codes, pieces cut out, doubled, swapped or taken from elsewhere. */
  mutate(input: Buffer): Buffer {
    let bytes: Buffer = Buffer.from(input);
    for (let changes = 1 + this.below(4); changes > 0 && bytes.length > 0; changes -= 1) bytes = this.#change(bytes);
    return bytes;
  }

  #change(bytes: Buffer): Buffer {
    // Most frames are near the start; later bytes are often payload.
    const at = this.below(this.below(2) === 0 ? Math.min(bytes.length, 600) : bytes.length);
    switch (this.below(9)) {
      case 0:
        bytes[at]! ^= 1 << this.below(8);
        return bytes;
      case 1:
        bytes[at] = this.below(256);
        return bytes;
      case 2:
        bytes[at] = this.pick([0x00, 0x40, 0x45, 0x53, 0x80, 0xa0, 0xa1, 0xa3, 0xb0, 0xb1, 0xc0, 0xc1, 0xd0, 0xd1, 0xe0, 0xf0]);
        return bytes;
      case 3:
        if (at + 4 <= bytes.length) bytes.writeUInt32BE(this.pick([0, 1, 7, 8, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, this.below(70_000)]), at);
        return bytes;
      case 4:
        return bytes.subarray(0, at);
      case 5:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + this.below(40)))]);
      case 6:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - this.below(200)))]);
      case 7: {
        const other = this.pick(this.#corpus);
        const from = this.below(other.length);
        return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + this.below(300)), bytes.subarray(at)]);
      }
      default:
        return this.#doubleFrame(bytes);
    }
  }

  /** Sends a whole frame a second time, later. */
  #doubleFrame(bytes: Buffer): Buffer {
    const frames: Buffer[] = [];
    for (let at = bytes.subarray(0, 4).toString("latin1") === "AMQP" ? 8 : 0; at + 8 <= bytes.length; ) {
      const size = bytes.readUInt32BE(at);
      if (size < 8 || at + size > bytes.length) break;
      frames.push(bytes.subarray(at, at + size));
      at += size;
    }
    return frames.length === 0 ? bytes : Buffer.concat([bytes, this.pick(frames), this.pick(frames)]);
  }
}
