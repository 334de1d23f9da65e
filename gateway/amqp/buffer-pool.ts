/** Buffers of one size that are used again: memory outside of the heap makes V8 collect all of it. */
export class BufferPool {
  readonly bufferBytes: number;
  readonly #maxSpares: number;
  /** A buffer that was just given back is still in the processor's cache, so the last one goes out first. */
  readonly #spares: Buffer[] = [];

  /** @param maxSpares most buffers that are kept while nobody has them */
  constructor(bufferBytes: number, maxSpares: number) {
    this.bufferBytes = bufferBytes;
    this.#maxSpares = maxSpares;
  }

  take(): Buffer {
    return this.#spares.pop() ?? Buffer.allocUnsafeSlow(this.bufferBytes);
  }

  /** Takes a buffer back that nobody reads or writes any more; leaves alone what has another size. */
  give(buffer: Buffer): void {
    if (buffer.length === this.bufferBytes && this.#spares.length < this.#maxSpares) this.#spares.push(buffer);
  }
}
