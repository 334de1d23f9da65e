import { BufferPool } from "../amqp/buffer-pool.ts";
import type { ByteStream } from "../transport/byte-stream.ts";
import { hasNeighbours } from "./turns.ts";

/** Above this much waiting output a connection counts as congested, and below half of it as free again. */
export const congestionBytes = 1024 * 1024;
/** While there are neighbours no call writes more, unless one chunk has more: the kernel's copying, too, is what others wait for. */
const neighbourlyBytes = 32 * 1024;
/** Chunks for connections that write much at a time, and for those that write little. */
const largeChunks = new BufferPool(64 * 1024, 64);
const smallChunks = new BufferPool(4 * 1024, 256);

function takeChunk(bytes: number, isSmall: boolean): Buffer {
  if (isSmall && bytes <= smallChunks.bufferBytes) return smallChunks.take();
  return bytes <= largeChunks.bufferBytes ? largeChunks.take() : Buffer.allocUnsafeSlow(bytes);
}

function giveChunk(chunk: Buffer): void {
  largeChunks.give(chunk);
  smallChunks.give(chunk);
}

let dirty: Output[] = [];
let spare: Output[] = [];
let isScheduled = false;

/** Writes what all connections have gathered: once per turn of the event loop, after all sockets were read that had something. */
function flushDirty(): void {
  isScheduled = false;
  const waiting = dirty;
  dirty = spare;
  for (let index = 0; index < waiting.length; index += 1) waiting[index]!.flush();
  waiting.length = 0;
  spare = waiting;
}

/**
 * Outgoing bytes of one connection. Frames are written straight into pooled chunks; one write is with the stream at a time
 * and everything that comes meanwhile gathers behind it, so that a slow peer costs full chunks and a fast one few calls.
 */
export class Output {
  /** Chunk to write into, from {@link position} on; only after {@link reserve}. */
  buffer: Buffer = empty;
  position = 0;
  isCongested = false;
  lastWriteMs = Date.now();
  readonly #stream: ByteStream;
  readonly #beforeFlush: () => void;
  readonly #onCongestion: (isCongested: boolean) => void;
  /** Written parts of chunks that wait, and the chunks they are parts of. */
  #full: Buffer[] = [];
  #fullChunks: Buffer[] = [];
  #fullBytes = 0;
  #inFlight: Buffer[] | null = null;
  #inFlightBytes = 0;
  #isDirty = false;
  #isBusy = false;
  #isHeld = false;
  #isClosed = false;
  #endAfterFlush = false;

  constructor(stream: ByteStream, beforeFlush: () => void, onCongestion: (isCongested: boolean) => void) {
    this.#stream = stream;
    this.#beforeFlush = beforeFlush;
    this.#onCongestion = onCongestion;
  }

  get waitingBytes(): number {
    return this.#inFlightBytes + this.#fullBytes + this.position;
  }

  /** Makes room. @returns position to write at, in {@link buffer} */
  reserve(bytes: number): number {
    if (this.position + bytes > this.buffer.length) {
      const isSmall = !this.#isBusy && this.position === 0;
      if (this.position > 0) this.#fill();
      this.buffer = takeChunk(bytes, isSmall);
    }
    return this.position;
  }

  commit(end: number): void {
    this.position = end;
    this.markDirty();
  }

  markDirty(): void {
    if (this.#isDirty) return;
    this.#isDirty = true;
    dirty.push(this);
    if (!isScheduled) {
      isScheduled = true;
      setImmediate(flushDirty);
    }
  }

  write(bytes: Buffer): void {
    const at = this.reserve(bytes.length);
    bytes.copy(this.buffer, at);
    this.commit(at + bytes.length);
  }

  /** Gathers without writing until {@link release}, as while the login upstream is still going on. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.markDirty();
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  flush(): void {
    this.#isDirty = false;
    if (this.#isClosed) return;
    this.#beforeFlush();
    if (this.#inFlight === null && !this.#isHeld) {
      if (this.position > 0) this.#fill();
      if (this.#full.length > 0) this.#isBusy = this.#fullBytes > smallChunks.bufferBytes;
      if (this.#full.length > 0) this.#send();
      else if (this.#endAfterFlush) this.#stream.end();
    }
    this.#checkCongestion();
  }

  /** Ends the stream when everything written so far has gone out. */
  endAfterFlush(): void {
    this.#endAfterFlush = true;
    this.markDirty();
  }

  /** Lets go of everything; further writes go nowhere. */
  close(): void {
    this.#isClosed = true;
    this.#full = [];
    this.#fullChunks = [];
    this.#fullBytes = 0;
    if (this.buffer !== empty) giveChunk(this.buffer);
    this.buffer = empty;
    this.position = 0;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The chunk written into takes no more. */
  #fill(): void {
    this.#full.push(this.position === this.buffer.length ? this.buffer : this.buffer.subarray(0, this.position));
    this.#fullChunks.push(this.buffer);
    this.#fullBytes += this.position;
    this.buffer = empty;
    this.position = 0;
  }

  #send(): void {
    this.lastWriteMs = Date.now();
    const most = hasNeighbours(this.lastWriteMs) ? neighbourlyBytes : Infinity;
    let bytes = this.#full[0]!.length;
    let count = 1;
    while (count < this.#full.length && bytes + this.#full[count]!.length <= most) {
      bytes += this.#full[count]!.length;
      count += 1;
    }
    const chunks = this.#full.splice(0, count);
    this.#inFlight = this.#fullChunks.splice(0, count);
    this.#inFlightBytes = bytes;
    this.#fullBytes -= bytes;
    this.#stream.write(chunks, this.#onWritten);
  }

  readonly #onWritten = (): void => {
    const chunks = this.#inFlight ?? [];
    this.#inFlight = null;
    this.#inFlightBytes = 0;
    for (const chunk of chunks) giveChunk(chunk);
    if (this.#isClosed) return;
    if (this.position > 0 || this.#full.length > 0 || this.#endAfterFlush) this.markDirty();
    else this.#checkCongestion();
  };

  #checkCongestion(): void {
    const waiting = this.waitingBytes;
    if (!this.isCongested && waiting > congestionBytes) {
      this.isCongested = true;
      this.#onCongestion(true);
    } else if (this.isCongested && waiting < congestionBytes / 2) {
      this.isCongested = false;
      this.#onCongestion(false);
    }
  }
}

const empty = Buffer.alloc(0);
