import { connect as connectSocket, type Socket } from "node:net";
import { ValueReader } from "./amqp-value.ts";
import { composite, type Composite, type CompositeFields, type CompositeName, frame, named } from "./performatives.ts";

export const amqpHeader = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 1, 0, 0]);
export const saslHeader = Buffer.from([0x41, 0x4d, 0x51, 0x50, 3, 1, 0, 0]);
/** Against hangs only: a machine that is busy may take seconds. */
const answerMilliseconds = 10_000;
const closedMilliseconds = 4_000;
/** Used for nothing else. */
const roundTripChannel = 99;

/** Where to connect, and as whom. */
export interface RawPeer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export interface ReceivedFrame extends Composite {
  readonly channel: number;
  readonly payload: Buffer;
  /** Of the whole frame. */
  readonly bytes: number;
}

/** A connection on which a test says every frame itself, and sees every frame that comes back. */
export class RawClient implements AsyncDisposable {
  readonly socket: Socket;
  /** All frames so far, heartbeats excepted. */
  readonly frames: ReceivedFrame[] = [];
  /** Protocol headers so far, as hex. */
  readonly headers: string[] = [];
  #received: Buffer = Buffer.alloc(0);
  #next = 0;
  #headersTaken = 0;
  #expectHeader = true;
  #waiting: (() => void)[] = [];
  heartbeats = 0;
  isClosed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => this.#onData(chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.isClosed = true;
      this.#wake();
    });
  }

  /** Connects and says nothing. */
  static dial(peer: Pick<RawPeer, "host" | "port">): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connectSocket({ ...peer, noDelay: true }, () => resolve(new RawClient(socket)));
      socket.once("error", reject);
    });
  }

  /** Connects, logs in with PLAIN and sends both AMQP headers; no open yet. @throws Error when the login fails */
  static async login(peer: RawPeer): Promise<RawClient> {
    const client = await RawClient.dial(peer);
    client.write(saslHeader);
    await client.header();
    await client.expect("saslMechanisms");
    client.sasl("saslInit", { mechanism: "PLAIN", initialResponse: Buffer.from(`\0${peer.user}\0${peer.password}`) });
    const outcome = await client.expect("saslOutcome");
    if (outcome.fields.code !== 0) throw new Error(`The login failed with ${String(outcome.fields.code)}.`);
    client.write(amqpHeader);
    await client.header();
    return client;
  }

  /** Logs in and opens with a container id of its own. */
  static async open(peer: RawPeer, fields: CompositeFields = {}): Promise<RawClient> {
    const client = await RawClient.login(peer);
    client.send("open", { containerId: `raw-${Math.random().toString(36).slice(2)}`, hostname: "localhost", ...fields });
    await client.expect("open");
    return client;
  }

  /** Opens with one session on channel 0. */
  static async session(peer: RawPeer, fields: CompositeFields = {}): Promise<RawClient> {
    const client = await RawClient.open(peer, fields);
    await client.begin();
    return client;
  }

  async begin(channel = 0, fields: CompositeFields = {}): Promise<ReceivedFrame> {
    this.send("begin", { nextOutgoingId: 0, incomingWindow: 2048, outgoingWindow: 2048, ...fields }, { channel });
    return this.expect("begin");
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  send(name: CompositeName, fields: CompositeFields = {}, options: { channel?: number; payload?: Buffer } = {}): void {
    this.write(frame(options.channel ?? 0, composite(name, fields), options.payload));
  }

  sasl(name: CompositeName, fields: CompositeFields = {}): void {
    this.write(frame(0, composite(name, fields), undefined, 1));
  }

  /** Attaches as a receiver (role true) or sender and answers the peer's attach. */
  async attach(name: string, fields: CompositeFields, channel = 0): Promise<ReceivedFrame> {
    this.send("attach", { name, ...fields }, { channel });
    return this.expect("attach");
  }

  flow(fields: CompositeFields, channel = 0): void {
    this.send("flow", { nextIncomingId: 0, incomingWindow: 2048, nextOutgoingId: 0, outgoingWindow: 2048, ...fields }, { channel });
  }

  /** The next frame that has not been taken. @throws Error after 10 s, or when the peer closes first */
  async next(): Promise<ReceivedFrame> {
    await this.#until(() => this.#next < this.frames.length, "another frame");
    return this.frames[this.#next++]!;
  }

  /** Takes frames up to the first of this type. @throws Error after 10 s, or when the peer closes first */
  async expect(type: CompositeName, matches: (frame: ReceivedFrame) => boolean = () => true): Promise<ReceivedFrame> {
    for (;;) {
      await this.#until(() => this.#next < this.frames.length, `a frame ${type}`);
      const received = this.frames[this.#next++]!;
      if (received.type === type && matches(received)) return received;
    }
  }

  /** The peer's protocol header, as hex. */
  async header(): Promise<string> {
    await this.#until(() => this.headers.length > this.#headersTaken, "a protocol header");
    return this.headers[this.#headersTaken++]!;
  }

  /** Waits until the peer has closed the socket; false when it has not after so many ms. */
  async closed(milliseconds = closedMilliseconds): Promise<boolean> {
    return this.#until(() => this.isClosed, "the end", milliseconds, true).then(
      () => true,
      () => false,
    );
  }

  /** Goes round once: what the peer had to say before has come. (Artemis does not answer a session flow with echo.) */
  async settle(): Promise<void> {
    const channel = roundTripChannel;
    this.send("begin", { nextOutgoingId: 0, incomingWindow: 1, outgoingWindow: 1 }, { channel });
    await this.expect("begin", ({ fields }) => fields.remoteChannel === channel);
    this.send("end", {}, { channel });
    await this.expect("end");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isClosed) return;
    this.socket.destroy();
    await this.closed();
  }

  #onData(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 8) {
      if (this.#expectHeader) {
        this.headers.push(this.#received.subarray(0, 8).toString("hex"));
        this.#received = this.#received.subarray(8);
        this.#expectHeader = false;
        continue;
      }
      const size = this.#received.readUInt32BE();
      if (this.#received.length < size) break;
      this.#onFrame(this.#received.subarray(0, size));
      this.#received = this.#received.subarray(size);
    }
    this.#wake();
  }

  #onFrame(bytes: Buffer): void {
    const start = bytes[4]! * 4;
    if (start === bytes.length) {
      this.heartbeats++;
      return;
    }
    const reader = new ValueReader(bytes, start);
    const body = named(reader.next()) as Composite;
    this.frames.push({ ...body, channel: bytes.readUInt16BE(6), payload: Buffer.from(bytes.subarray(reader.at)), bytes: bytes.length });
    if (body.type === "saslOutcome") this.#expectHeader = true;
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #until(isSo: () => boolean, what: string, milliseconds = answerMilliseconds, closeIsFine = false): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (!isSo()) {
      if (this.isClosed && !closeIsFine) throw new Error(`The peer closed before ${what} came; last: ${this.#last()}`);
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`No sign of ${what} within ${milliseconds} ms; last: ${this.#last()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #last(): string {
    return JSON.stringify(this.frames.slice(-3).map(({ type, fields }) => ({ type, fields })));
  }
}
