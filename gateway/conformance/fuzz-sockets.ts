import { readdir, readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { loadPlatform } from "../../platform/test-platform.ts";
import { Mutator } from "../test-support/mutator.ts";
import { ApplicationLogins, type ApplicationLogin } from "./support/application-logins.ts";
import { GatewayProcess } from "./support/gateway-process.ts";
import { composite, frame } from "./support/performatives.ts";
import { amqpHeader, RawClient, saslHeader } from "./support/raw-client.ts";

const captureFolders = [join(import.meta.dirname, "..", "amqp", "captures"), join(import.meta.dirname, "captures")];
const space = "conformance.fuzz";
const parallel = 16;
/** An input is over when the gateway has said nothing more for so long; most end sooner, by its close. */
const quietMilliseconds = 20;
const probeEvery = 500;

export interface FuzzResult {
  readonly inputs: number;
  /** Bytes that the process grew during the second half. */
  readonly grownBytes: number;
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
  await using logins = new ApplicationLogins(platform);
  await using gateway = await GatewayProcess.start(platform, { LOG_LEVEL: "fatal" });
  const login = await logins.create(`${space}.fuzz`);
  await gateway.createSpace(space);
  await gateway.createCredential(login.user, space);
  for (const [name, type] of [["anycast", "anycast"], ["multicast", "multicast"], ["orders", "anycast"]] as const) await gateway.createAddress(space, name, type);
  await gateway.synchronize();
  const corpus = await readCaptures();
  const mutator = new Mutator(seed, corpus);
  const peer = { host: "127.0.0.1", port: gateway.ports.amqp, ...login };
  let started = 0;
  let slowestProbeMilliseconds = 0;
  let bytesEarly = 0;
  const worker = async (): Promise<void> => {
    for (let number = started++; number < inputs; number = started++) {
      if (!gateway.isRunning) throw new Error(`The gateway ended at input ${number} of seed ${seed}.\n${gateway.output}`);
      if (number === Math.ceil(inputs / 2)) bytesEarly = await gateway.residentBytes();
      if (number % probeEvery === 0) slowestProbeMilliseconds = Math.max(slowestProbeMilliseconds, await probe(peer));
      const capture = mutator.pick(corpus);
      const input = number % 2 === 0 ? mutator.mutate(capture) : behindLogin(login, mutator.mutate(afterLogin(capture)));
      await feed(peer.port, input, number % 2 === 0 ? strangerAddress(number) : "127.0.0.1");
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  slowestProbeMilliseconds = Math.max(slowestProbeMilliseconds, await probe(peer));
  return { inputs, grownBytes: (await gateway.residentBytes()) - bytesEarly, slowestProbeMilliseconds };
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
