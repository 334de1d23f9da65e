import { Typed } from "../support/amqp-value.ts";
import { composite, frame } from "../support/performatives.ts";
import { RawClient, type RawPeer } from "../support/raw-client.ts";
import { conditionOf, message, receiverAt, senderTo } from "../differential/exchange.ts";

/** What is at hand to attack: direct addresses `anycast` and `multicast`, the queue `queue`, all of the attacker's own space. */
export interface Attack {
  readonly name: string;
  /** AMQP condition of the close, end or detach that follows; null when the socket is closed without, as before the login. */
  readonly expected: string | null;
  readonly run: (peer: RawPeer) => Promise<RawClient>;
  /** How long the end may take, in ms; 5 s unless told. */
  readonly milliseconds?: number;
}

const framing = ":amqp:connection:framing-error";
const decode = ":amqp:decode-error";

/** The condition with which a connection, session or link ended, or null when the socket closed without a word. */
export async function ending(client: RawClient, milliseconds = 5000): Promise<string | null> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const end = client.frames.find(({ type, fields }) => type === "close" || type === "end" || (type === "detach" && fields.error !== undefined));
    if (end) return conditionOf(end);
    if (client.isClosed) return null;
    if (Date.now() > deadline) throw new Error(`Nothing ended within ${milliseconds} ms; frames: ${JSON.stringify(client.frames.slice(-2))}`);
    await Promise.race([client.next().catch(() => undefined), client.closed(100)]);
  }
}

/** An array of 10 bytes that claims 4,294,967,295 elements of no width. */
const countBomb = Buffer.from([0xf0, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0x45]);

function openWith(value: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from([0xa1, 1, 0x78]), value]);
  return Buffer.concat([Buffer.from([0x00, 0x53, 0x10, 0xc0, body.length + 1, 2]), body]);
}

async function strangerSaying(peer: RawPeer, bytes: Buffer): Promise<RawClient> {
  const client = await RawClient.dial(peer);
  client.write(bytes);
  return client;
}

const saslHeader = Buffer.from("AMQP\u0003\u0001\u0000\u0000", "latin1");

async function attached(peer: RawPeer, address: string): Promise<RawClient> {
  const client = await RawClient.session(peer);
  await client.attach("out", { handle: 0, ...senderTo(address) });
  return client;
}

function nested(depth: number): Buffer {
  let value: Buffer = Buffer.from([0x45]);
  for (let level = 0; level < depth; level++) {
    const head = Buffer.from([0xd0, 0, 0, 0, 0, 0, 0, 0, 1]);
    head.writeUInt32BE(value.length + 4, 1);
    value = Buffer.concat([head, value]);
  }
  return value;
}

/** Who has not logged in may hold 64 KiB and 10 s. */
export const strangerAttacks: readonly Attack[] = [
  { name: "another protocol", expected: null, run: (peer) => strangerSaying(peer, Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n")) },
  { name: "a count bomb in the SASL init", expected: null, run: (peer) => strangerSaying(peer, Buffer.concat([saslHeader, frame(0, Buffer.concat([Buffer.from([0x00, 0x53, 0x41, 0xc0, countBomb.length + 1, 1]), countBomb]), undefined, 1)])) },
  { name: "a SASL frame that claims 2 GiB", expected: null, run: (peer) => strangerSaying(peer, Buffer.concat([saslHeader, Buffer.from([0x7f, 0xff, 0xff, 0xff, 2, 1, 0, 0])])) },
  { name: "a SASL frame of 5 bytes", expected: null, run: (peer) => strangerSaying(peer, Buffer.concat([saslHeader, Buffer.from([0, 0, 0, 5, 2, 1, 0, 0])])) },
  { name: "more than 64 KiB before the login", expected: null, run: (peer) => strangerSaying(peer, Buffer.concat([saslHeader, ...Array.from({ length: 200 }, () => frame(0, composite("saslInit", { mechanism: "PLAIN", initialResponse: Buffer.alloc(1000) }), undefined, 1))])) },
  { name: "an AMQP frame before the login", expected: null, run: (peer) => strangerSaying(peer, Buffer.concat([saslHeader, frame(0, composite("open", { containerId: "early" }))])) },
  { name: "a second SASL init", expected: null, run: (peer) => strangerSaying(peer, Buffer.concat([saslHeader, ...[0, 1].map(() => frame(0, composite("saslInit", { mechanism: "PLAIN", initialResponse: Buffer.from(`\0${peer.user}\0wrong`) }), undefined, 1))])) },
  { name: "an identity other than the login's", expected: null, run: (peer) => strangerSaying(peer, Buffer.concat([saslHeader, frame(0, composite("saslInit", { mechanism: "PLAIN", initialResponse: Buffer.from(`somebody\0${peer.user}\0${peer.password}`) }), undefined, 1)])) },
  { name: "a header and then silence", expected: null, milliseconds: 15_000, run: (peer) => strangerSaying(peer, saslHeader) },
  {
    name: "a login that dribbles",
    expected: null,
    milliseconds: 15_000,
    run: async (peer) => {
      const client = await strangerSaying(peer, saslHeader);
      const timer = setInterval(() => client.write(Buffer.from([0])), 500);
      client.socket.once("close", () => clearInterval(timer));
      return client;
    },
  },
];

const opened = (bytes: (client: RawClient) => void, fields = {}) => async (peer: RawPeer): Promise<RawClient> => {
  const client = await RawClient.session(peer, fields);
  bytes(client);
  return client;
};

/** Who has logged in keeps to the rules or goes. */
export const clientAttacks: readonly Attack[] = [
  { name: "a frame larger than agreed on", expected: framing, run: opened((client) => client.write(Buffer.concat([Buffer.from([0, 2, 0, 0, 2, 0, 0, 0]), Buffer.alloc(1000)]))) },
  { name: "a frame that claims 2 GiB, dribbled", expected: framing, run: opened((client) => { for (const byte of [0x7f, 0xff, 0xff, 0xff, 2, 0, 0, 0]) client.write(Buffer.from([byte])); }) },
  { name: "a frame of no bytes", expected: framing, run: opened((client) => client.write(Buffer.alloc(8))) },
  { name: "a data offset of 1", expected: framing, run: opened((client) => client.write(Buffer.from([0, 0, 0, 8, 1, 0, 0, 0]))) },
  { name: "a data offset beyond the frame", expected: framing, run: opened((client) => client.write(Buffer.from([0, 0, 0, 9, 255, 0, 0, 0, 0]))) },
  { name: "a SASL frame after the login", expected: ":amqp:illegal-state", run: opened((client) => client.sasl("saslInit", { mechanism: "PLAIN" })) },
  { name: "bytes that are no performative", expected: decode, run: opened((client) => client.write(frame(0, Buffer.from("nonsense")))) },
  { name: "a performative that is not a list", expected: decode, run: opened((client) => client.write(frame(0, Buffer.from([0x00, 0x53, 0x12, 0xa1, 1, 0x61])))) },
  { name: "nesting of 1,000 levels", expected: decode, run: opened((client) => client.send("attach", { name: "deep", handle: 0, role: true, source: new Typed(nested(1000)) })) },
  { name: "a descriptor of a descriptor of a descriptor", expected: decode, run: opened((client) => client.write(frame(0, Buffer.alloc(2000)))) },
  { name: "a second open", expected: ":amqp:illegal-state", run: opened((client) => client.send("open", { containerId: "twice" })) },
  { name: "a begin on a channel in use", expected: ":amqp:illegal-state", run: opened((client) => client.send("begin", { nextOutgoingId: 0, incomingWindow: 1, outgoingWindow: 1 })) },
  { name: "an attach on a channel without a session", expected: ":amqp:illegal-state", run: opened((client) => client.send("attach", { name: "x", handle: 0, ...receiverAt("anycast") }, { channel: 3 })) },
  { name: "an end without a begin", expected: ":amqp:illegal-state", run: opened((client) => client.send("end", {}, { channel: 3 })) },
  { name: "a begin beyond channel-max", expected: framing, run: opened((client) => client.send("begin", { nextOutgoingId: 0, incomingWindow: 1, outgoingWindow: 1 }, { channel: 65_535 })) },
  { name: "a handle beyond handle-max", expected: framing, run: opened((client) => client.send("attach", { name: "x", handle: 2 ** 32 - 1, ...receiverAt("anycast") })) },
  { name: "a flow for a handle that is not there", expected: ":amqp:session:unattached-handle", run: opened((client) => client.flow({ handle: 9, deliveryCount: 0, linkCredit: 1 })) },
  { name: "a transfer for a handle that is not there", expected: ":amqp:session:unattached-handle", run: opened((client) => client.send("transfer", { handle: 9, deliveryId: 0, deliveryTag: Buffer.from("t") })) },
  { name: "a detach of a handle that is not there", expected: ":amqp:session:unattached-handle", run: opened((client) => client.send("detach", { handle: 9, closed: true })) },
  { name: "a handle in use", expected: ":amqp:session:handle-in-use", run: opened((client) => { for (const name of ["a", "b"]) client.send("attach", { name, handle: 0, ...receiverAt("anycast") }); }) },
  { name: "a link name that is no UTF-8", expected: decode, run: opened((client) => client.send("attach", { name: new Typed(Buffer.from([0xa1, 2, 0xc3, 0x28])), handle: 0, role: true })) },
  { name: "a symbol that is no ASCII", expected: decode, run: opened((client) => client.send("attach", { name: "x", handle: 0, role: true, desiredCapabilities: new Typed(Buffer.from([0xa3, 2, 0xff, 0xfe])) })) },
  {
    name: "messages without credit",
    expected: ":amqp:link:transfer-limit-exceeded",
    run: async (peer) => {
      const client = await attached(peer, "anycast");
      for (let id = 0; id < 50; id++) client.send("transfer", { handle: 0, deliveryId: id, deliveryTag: Buffer.from([id]), messageFormat: 0 }, { payload: message("unasked") });
      return client;
    },
  },
  {
    name: "a message that never ends",
    expected: ":amqp:link:message-size-exceeded",
    milliseconds: 60_000,
    run: async (peer) => {
      const client = await attached(peer, "queue");
      await client.expect("flow");
      const part = Buffer.alloc(60_000);
      client.send("transfer", { handle: 0, deliveryId: 0, deliveryTag: Buffer.from("endless"), messageFormat: 0, more: true }, { payload: message("x").subarray(0, 4) });
      const total = 120 * 1024 * 1024;
      const bytes = frame(0, composite("transfer", { handle: 0, more: true }), part);
      for (let sent = 0; sent < total && !client.isClosed && !client.frames.some(({ type }) => type === "detach" || type === "close"); sent += part.length) {
        // Back-pressure of the gateway reaches the socket.
        if (!client.socket.write(bytes)) await new Promise<void>((resolve) => {
          const goOn = (): void => {
            client.socket.off("drain", goOn).off("close", goOn);
            resolve();
          };
          client.socket.on("drain", goOn).on("close", goOn);
        });
      }
      return client;
    },
  },
  {
    name: "a disposition of deliveries that never were",
    expected: "none",
    run: opened((client) => client.send("disposition", { role: true, first: 0, last: 2 ** 32 - 1, settled: true, state: composite("accepted") })),
  },
  {
    name: "a count bomb in the open",
    expected: decode,
    run: async (peer) => {
      const client = await RawClient.login(peer);
      client.write(frame(0, openWith(countBomb)));
      return client;
    },
  },
];

/** More than a connection may have. */
const floodAttaches = 6000;
const floodFrames = 20_000;

const attachFrames = once(() => Buffer.concat(Array.from({ length: floodAttaches }, (_, handle) => frame(0, composite("attach", { name: `flood-${handle}`, handle, ...receiverAt("multicast") })))));
const beginFrames = once(() => Buffer.concat(Array.from({ length: 2000 }, (_, index) => frame(index + 1, composite("begin", { nextOutgoingId: 0, incomingWindow: 1, outgoingWindow: 1 })))));
const drainFrames = once(() => flood(composite("flow", { nextIncomingId: 0, incomingWindow: 2048, nextOutgoingId: 0, outgoingWindow: 2048, handle: 0, deliveryCount: 0, linkCredit: 1, drain: true })));
const attachAndDetach = once(() => Buffer.concat(Array.from({ length: floodFrames / 2 }, () => [frame(0, composite("attach", { name: "again", handle: 0, ...receiverAt("anycast") })), frame(0, composite("detach", { handle: 0, closed: true }))]).flat()));

/** Made once, so that an attacker's processor time goes into sending. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function flood(body: Parameters<typeof frame>[1]): Buffer {
  return Buffer.concat(Array.from({ length: floodFrames }, () => frame(0, body)));
}

/** Frames that are in order, one by one, and too many. */
export const floodAttacks: readonly Attack[] = [
  { name: "a flood of attaches", expected: ":amqp:resource-limit-exceeded", milliseconds: 20_000, run: opened((client) => client.write(attachFrames())) },
  { name: "a flood of begins", expected: framing, run: opened((client) => client.write(beginFrames())) },
  {
    name: "a flood of drains",
    expected: "none",
    run: async (peer) => {
      const client = await RawClient.session(peer);
      await client.attach("in", { handle: 0, ...receiverAt("anycast") });
      client.write(drainFrames());
      return client;
    },
  },
  { name: "attach and detach at speed", expected: "none", run: opened((client) => client.write(attachAndDetach())) },
];
