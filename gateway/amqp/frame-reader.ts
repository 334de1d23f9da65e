import { AmqpError } from "./amqp-error.ts";
import { condition, protocolHeaderBytes } from "./codes.ts";

/** Most bytes kept while frames are held back; a chunk that was under way may still come. */
const maxWaitingBytes = 48 * 1024;

/** What a {@link FrameReader} hands on. Buffers are views that are only good during the call. */
export interface FrameSink {
  /** A protocol header: protocol id 0 (AMQP), 2 (TLS) or 3 (SASL), and whether its version is 1.0.0. */
  onProtocolHeader(protocolId: number, isVersion1: boolean): void;
  /**
   * A frame with a body, from the first byte behind its header.
   *
   * @param type 0 (AMQP) or 1 (SASL)
   */
  onFrame(buffer: Buffer, bodyStart: number, bodyEnd: number, type: number, channel: number): void;
  onEmptyFrame(): void;
}

/**
 * Cuts a byte stream into protocol headers and frames. Keeps at most one frame, and none larger than `maxFrameBytes`; a
 * larger claim is refused when its four size bytes are in, before anything is kept.
 */
export class FrameReader {
  maxFrameBytes: number;
  #expectHeader = true;
  #stopped = false;
  readonly #sink: FrameSink;
  /** A frame or header that has not come whole yet. */
  #partial: Buffer | null = null;
  #partialBytes = 0;
  #isPaused = false;
  #waiting: Buffer | null = null;

  constructor(sink: FrameSink, maxFrameBytes: number) {
    this.#sink = sink;
    this.maxFrameBytes = maxFrameBytes;
  }

  /** The next bytes are a protocol header, as after a SASL outcome. */
  expectHeader(): void {
    this.#expectHeader = true;
  }

  /** Reads nothing more, whatever comes. */
  stop(): void {
    this.#stopped = true;
    this.#partial = null;
  }

  /** Keeps what is left of the chunk now read instead of reading it; the caller stops the stream as well. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting !== null) this.read(waiting);
  }

  /** Bytes kept for a frame that is not whole, or for later. */
  get keptBytes(): number {
    return (this.#partial?.length ?? 0) + (this.#waiting?.length ?? 0);
  }

  /**
   * @param bytes how much of the chunk was read
   * @throws AmqpError `amqp:connection:framing-error`, and whatever the sink throws
   */
  read(chunk: Buffer, bytes = chunk.length): void {
    let at = 0;
    while (!this.#stopped && at < bytes) {
      if (this.#isPaused) return this.#wait(chunk.subarray(at, bytes));
      if (this.#partial !== null) {
        at = this.#continuePartial(chunk, at, bytes);
        continue;
      }
      const left = bytes - at;
      if (left < protocolHeaderBytes) return this.#keep(chunk, at, bytes, protocolHeaderBytes);
      const size = this.#expectHeader ? protocolHeaderBytes : this.#frameSize(chunk, at);
      if (left < size) return this.#keep(chunk, at, bytes, size);
      this.#deliver(chunk, at, at + size);
      at += size;
    }
  }

  #wait(rest: Buffer): void {
    if (this.keptBytes + rest.length > maxWaitingBytes) throw framingError("Too much was sent before the login was answered.");
    this.#waiting = this.#waiting === null ? Buffer.from(rest) : Buffer.concat([this.#waiting, rest]);
  }

  #keep(chunk: Buffer, at: number, end: number, size: number): void {
    this.#partial = Buffer.allocUnsafe(size);
    this.#partialBytes = chunk.copy(this.#partial, 0, at, end);
  }

  #continuePartial(chunk: Buffer, at: number, end: number): number {
    const partial = this.#partial!;
    const copied = chunk.copy(partial, this.#partialBytes, at, end);
    this.#partialBytes += copied;
    if (this.#partialBytes < partial.length) return at + copied;
    if (partial.length === protocolHeaderBytes && !this.#expectHeader) {
      const size = this.#frameSize(partial, 0);
      if (size > protocolHeaderBytes) {
        this.#keep(partial, 0, protocolHeaderBytes, size);
        return at + copied;
      }
    }
    this.#partial = null;
    this.#deliver(partial, 0, partial.length);
    return at + copied;
  }

  #frameSize(buffer: Buffer, at: number): number {
    const size = buffer.readUInt32BE(at);
    if (size < protocolHeaderBytes) throw framingError(`A frame cannot have a size of ${size} bytes.`);
    if (size > this.maxFrameBytes) {
      throw framingError(`A frame of ${size} bytes is larger than the ${this.maxFrameBytes} bytes agreed on.`);
    }
    return size;
  }

  #deliver(buffer: Buffer, start: number, end: number): void {
    if (this.#expectHeader) {
      if (buffer.readUInt32BE(start) !== 0x414d5150) throw framingError("This port speaks AMQP 1.0; the bytes received are another protocol's.");
      const isVersion1 = buffer[start + 5] === 1 && buffer[start + 6] === 0 && buffer[start + 7] === 0;
      this.#expectHeader = false;
      this.#sink.onProtocolHeader(buffer[start + 4]!, isVersion1);
      return;
    }
    const dataOffset = buffer[start + 4]! * 4;
    if (dataOffset < protocolHeaderBytes || start + dataOffset > end) throw framingError("A frame's data offset lies outside of the frame.");
    const type = buffer[start + 5]!;
    if (type > 1) throw framingError(`Frames of type ${type} are not known.`);
    if (start + dataOffset === end) this.#sink.onEmptyFrame();
    else this.#sink.onFrame(buffer, start + dataOffset, end, type, buffer.readUInt16BE(start + 6));
  }
}

function framingError(description: string): AmqpError {
  return new AmqpError(condition.framingError, description);
}
