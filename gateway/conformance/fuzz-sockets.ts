import { readdir, readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { gatewayEntityTypes } from "#contracts/gateway-management.ts";
import { loadPlatform } from "../../platform/test-platform.ts";
import { Mutator } from "../test-support/mutator.ts";
import { ApplicationLogins, type ApplicationLogin } from "./support/application-logins.ts";
import { freePorts, GatewayProcess } from "./support/gateway-process.ts";
import { Inspector } from "./support/inspector.ts";
import { composite, frame } from "./support/performatives.ts";
import { amqpHeader, RawClient, saslHeader } from "./support/raw-client.ts";

const captureFolders = [join(import.meta.dirname, "..", "amqp", "captures"), join(import.meta.dirname, "captures")];
const space = "conformance.fuzz";
const parallel = 16;
/** An input is over when the gateway has said nothing more for so long; most end sooner, by its close. */
const quietMilliseconds = 20;
const probeEvery = 500;
const endMilliseconds = 20_000;

export interface FuzzResult {
  readonly inputs: number;
  /** Bytes in use after a collection that came to those of the first half in the second, all connections having ended. */
  readonly grownBytes: number;
  /** Files and sockets that are open after it and were not before. */
  readonly leftOpen: number;
  /** Connections and links that the management still lists. */
  readonly leftListed: number;
  /** Slowest login and open of a client that behaves, while the fuzzing went on. */
  readonly slowestProbeMilliseconds: number;
}

/**
 * Mutated captures of real clients, half of them before the login and half behind a good one, sent over sockets to a gateway
 * process; a well-behaved client tries its luck in between.
 * @param inputs number of connections
 * @throws Error when the gateway ends, with the seed that repeats it
 */
export async function fuzzSockets(inputs: number, seed: number): Promise<FuzzResult> {
  const platform = await loadPlatform();
  const [inspectorPort] = await freePorts(1);
  await using logins = new ApplicationLogins(platform);
  await using gateway = await GatewayProcess.start(platform, { LOG_LEVEL: "fatal", PROTOCOL_ERRORS_PER_SECOND: "1000000", CONNECTIONS_PER_SECOND: "1000000", LINKS_PER_SECOND: "1000000", LARGE_MESSAGE_BYTES_PER_SECOND: "1000000000", NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}` });
  using inspector = await Inspector.connect(inspectorPort!);
  const login = await logins.create(`${space}.fuzz`);
  await gateway.createSpace(space);
  await gateway.createCredential(login.user, space);
  for (const [name, type] of [["anycast", "anycast"], ["multicast", "multicast"], ["orders", "anycast"]] as const) await gateway.createAddress(space, name, type);
  await gateway.synchronize();
  const corpus = await readCaptures();
  const mutator = new Mutator(seed, corpus);
  const peer = { host: "127.0.0.1", port: gateway.ports.amqp, ...login };
  await probe(peer);
  const openBefore = await gateway.openFiles();
  let started = 0;
  let slowestProbeMilliseconds = 0;
  const worker = async (until: number): Promise<void> => {
    while (started < until) {
      const number = started++;
      if (!gateway.isRunning) throw new Error(`The gateway ended at input ${number} of seed ${seed}.\n${gateway.output}`);
      if (number % probeEvery === 0) slowestProbeMilliseconds = Math.max(slowestProbeMilliseconds, await probe(peer));
      const capture = mutator.pick(corpus);
      const input = number % 2 === 0 ? mutator.mutate(capture) : behindLogin(login, mutator.mutate(afterLogin(capture)));
      await feed(peer.port, input, number % 2 === 0 ? strangerAddress(number) : "127.0.0.1");
    }
  };
  const half = async (until: number): Promise<number> => {
    await Promise.all(Array.from({ length: parallel }, () => worker(until)));
    await goneWithin(gateway, openBefore);
    return inspector.retainedBytes();
  };
  const early = await half(Math.ceil(inputs / 2));
  const late = await half(inputs);
  slowestProbeMilliseconds = Math.max(slowestProbeMilliseconds, await probe(peer));
  await goneWithin(gateway, openBefore);
  return { inputs, grownBytes: late - early, leftOpen: (await gateway.openFiles()) - openBefore, leftListed: await listed(gateway), slowestProbeMilliseconds };
}

/** Connections that are being closed have 10 s to be gone; what stays is for the result. */
async function goneWithin(gateway: GatewayProcess, openBefore: number): Promise<void> {
  const deadline = Date.now() + endMilliseconds;
  while (Date.now() < deadline && ((await gateway.openFiles()) > openBefore || (await listed(gateway)) > 0)) await delay(100);
}

async function listed(gateway: GatewayProcess): Promise<number> {
  const replies = await Promise.all([gatewayEntityTypes.connection, gatewayEntityTypes.link].map((type) => gateway.query(type)));
  return replies.reduce((sum, { body }) => sum + (body as { results: unknown[] }).results.length, 0);
}

async function readCaptures(): Promise<Buffer[]> {
  const files = await Promise.all(captureFolders.map(async (folder) => (await readdir(folder)).filter((name) => name.endsWith(".bin")).map((name) => join(folder, name))));
  return Promise.all(files.flat().map((file) => readFile(file)));
}

/** What a capture says from its AMQP header on. */
function afterLogin(capture: Buffer): Buffer {
  return capture.subarray(Math.max(0, capture.indexOf(amqpHeader)));
}

function behindLogin({ user, password }: ApplicationLogin, rest: Buffer): Buffer {
  return Buffer.concat([saslHeader, frame(0, composite("saslInit", { mechanism: "PLAIN", initialResponse: Buffer.from(`\0${user}\0${password}`) }), undefined, 1), rest]);
}

/** A client that behaves logs in and opens; in ms. */
async function probe(peer: Parameters<typeof RawClient.open>[0]): Promise<number> {
  const began = performance.now();
  await using client = await RawClient.open(peer);
  const took = performance.now() - began;
  client.send("close");
  await client.closed();
  return took;
}

/** An address of the loopback range for each stranger: refused logins count against their source, which would end the fuzzing of all. */
function strangerAddress(number: number): string {
  return `127.1.${(number >> 8) & 0xff}.${(number & 0xfe) + 1}`;
}

function feed(port: number, input: Buffer, localAddress: string): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = connect({ host: "127.0.0.1", port, localAddress }, () => socket.write(input));
    socket.setTimeout(quietMilliseconds, () => socket.destroy());
    socket.on("data", () => undefined);
    socket.on("error", () => undefined);
    socket.once("close", () => resolve());
  });
}
