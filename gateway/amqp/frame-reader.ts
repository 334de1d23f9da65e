import { AmqpError } from "./amqp-error.ts";
import { BufferPool } from "./buffer-pool.ts";
import { condition, protocolHeaderBytes } from "./codes.ts";

/** Most bytes kept for later of a stranger; a chunk that was under way may still come. */
const strangersWaitingBytes = 48 * 1024;
/** What is kept of a whole read. */
const reads = new BufferPool(256 * 1024, 16);
/** Frames that come in parts, where they are larger than a stranger's. */
const largeFrames = new BufferPool(64 * 1024, 16);
const smallFrameBytes = 16 * 1024;

/** How long a reader may go on; see `engine/turns.ts`. */
export interface ReadingTurn {
  isOver(bytes: number): boolean;
}

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
  /** How long it is when it is whole, and how much of it is there. */
  #partialSize = 0;
  #partialBytes = 0;
  #isPaused = false;
  /** Bytes for later, from `#waitingFrom` to `#waitingEnd`. */
  #waiting: Buffer | null = null;
  #waitingFrom = 0;
  #waitingEnd = 0;
  /** Most bytes kept for later. */
  maxWaitingBytes = strangersWaitingBytes;

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
    this.#waiting = null;
  }

  /** Keeps what is left of the chunk now read instead of reading it; the caller stops the stream as well. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Lets {@link goOn} read again. */
  resume(): void {
    this.#isPaused = false;
  }

  /** True when bytes wait that could be read. */
  get isWaiting(): boolean {
    return this.#waiting !== null && !this.#isPaused;
  }

  /** Bytes kept for a frame that is not whole, or for later. */
  get keptBytes(): number {
    return (this.#partial?.length ?? 0) + (this.#waiting?.length ?? 0);
  }

  /**
   * @param bytes how much of the chunk was read
   * @param turn when to leave the rest for {@link goOn}; null to read all
   * @throws AmqpError `amqp:connection:framing-error`, and whatever the sink throws
   */
  read(chunk: Buffer, bytes = chunk.length, turn: ReadingTurn | null = null): void {
    const at = this.#waiting === null ? this.#run(chunk, 0, bytes, turn) : 0;
    if (at < bytes && !this.#stopped) this.keep(chunk, at, bytes);
  }

  /** Reads on in what was kept. @returns how many bytes were read */
  goOn(turn: ReadingTurn | null): number {
    const waiting = this.#waiting;
    if (waiting === null || this.#isPaused) return 0;
    const from = this.#waitingFrom;
    // Bytes behind an error are not read again.
    this.#waiting = null;
    const at = this.#run(waiting, from, this.#waitingEnd, turn);
    if (at < this.#waitingEnd && !this.#stopped) {
      this.#waiting = waiting;
      this.#waitingFrom = at;
    } else {
      reads.give(waiting);
    }
    return at - from;
  }

  /** Keeps bytes for later. */
  keep(chunk: Buffer, from: number, end: number): void {
    const bytes = end - from;
    const kept = this.#waiting === null ? 0 : this.#waitingEnd - this.#waitingFrom;
    if (kept + bytes + (this.#partial?.length ?? 0) > this.maxWaitingBytes) throw framingError("Too much was sent at a time.");
    if (this.#waiting === null || this.#waiting.length - this.#waitingEnd < bytes) {
      const larger = this.#roomFor(kept + bytes);
      this.#waiting?.copy(larger, 0, this.#waitingFrom, this.#waitingEnd);
      this.#waiting = larger;
      this.#waitingFrom = 0;
      this.#waitingEnd = kept;
    }
    this.#waitingEnd += chunk.copy(this.#waiting, this.#waitingEnd, from, end);
  }

  #roomFor(bytes: number): Buffer {
    const isSmall = bytes <= strangersWaitingBytes && this.maxWaitingBytes === strangersWaitingBytes;
    return isSmall || bytes > reads.bufferBytes ? Buffer.allocUnsafeSlow(bytes) : reads.take();
  }

  /** @returns where it has stopped: at the end, or where frames are held back */
  #run(chunk: Buffer, from: number, end: number, turn: ReadingTurn | null): number {
    let at = from;
    while (!this.#stopped && at < end) {
      if (this.#isPaused || (turn !== null && at > from && turn.isOver(at - from))) return at;
      if (this.#partial !== null) {
        at = this.#continuePartial(chunk, at, end);
        continue;
      }
      const left = end - at;
      if (left < protocolHeaderBytes) {
        this.#begin(chunk, at, end, protocolHeaderBytes);
        return end;
      }
      const size = this.#expectHeader ? protocolHeaderBytes : this.#frameSize(chunk, at);
      if (left < size) {
        this.#begin(chunk, at, end, size);
        return end;
      }
      this.#deliver(chunk, at, at + size);
      at += size;
    }
    return at;
  }

  /** A frame of that size has begun and goes on in the next chunk. */
  #begin(chunk: Buffer, at: number, end: number, size: number): void {
    this.#partial = size <= smallFrameBytes || size > largeFrames.bufferBytes ? Buffer.allocUnsafe(size) : largeFrames.take();
    this.#partialSize = size;
    this.#partialBytes = chunk.copy(this.#partial, 0, at, end);
  }

  #continuePartial(chunk: Buffer, at: number, end: number): number {
    const partial = this.#partial!;
    const size = this.#partialSize;
    const copied = chunk.copy(partial, this.#partialBytes, at, Math.min(end, at + size - this.#partialBytes));
    this.#partialBytes += copied;
    if (this.#partialBytes < size) return at + copied;
    if (size === protocolHeaderBytes && !this.#expectHeader) {
      const frameBytes = this.#frameSize(partial, 0);
      if (frameBytes > protocolHeaderBytes) {
        this.#begin(partial, 0, protocolHeaderBytes, frameBytes);
        return at + copied;
      }
    }
    this.#partial = null;
    this.#deliver(partial, 0, size);
    largeFrames.give(partial);
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
