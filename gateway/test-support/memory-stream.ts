import type { ByteStream, ByteStreamListener } from "../transport/byte-stream.ts";

/** A byte stream without a network: what is fed arrives at once, what is written is kept or only counted. */
export class MemoryStream implements ByteStream {
  readonly remoteAddress = "127.0.0.1";
  readonly isLoopback = true;
  readonly isEncrypted = false;
  readonly scheme = "amqp";
  readonly written: Buffer[] = [];
  writtenBytes = 0;
  /** Bytes of the largest single write. */
  largestWrite = 0;
  isPaused = false;
  isEnded = false;
  /** True when writes are never taken, as by a peer that does not read. */
  isStalled = false;
  readonly #keeps: boolean;
  #listener: ByteStreamListener | null = null;

  constructor(keeps = true) {
    this.#keeps = keeps;
  }

  start(listener: ByteStreamListener): void {
    this.#listener = listener;
  }

  feed(bytes: Buffer): void {
    this.#listener?.onData(bytes, bytes.length);
  }

  /** The peer goes without a word. */
  drop(): void {
    this.#listener?.onClose("dropped");
  }

  write(chunks: readonly Buffer[], done: () => void): void {
    this.largestWrite = Math.max(this.largestWrite, chunks.reduce((bytes, { length }) => bytes + length, 0));
    for (const chunk of chunks) {
      this.writtenBytes += chunk.length;
      if (this.#keeps) this.written.push(Buffer.from(chunk));
    }
    if (!this.isStalled) queueMicrotask(done);
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  end(): void {
    this.isEnded = true;
  }

  destroy(): void {
    this.isEnded = true;
  }
}
