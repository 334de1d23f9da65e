import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Attack, clientAttacks, floodAttacks, strangerAttacks } from "../../gateway/conformance/abuse/attack.ts";
import type { RawPeer } from "../../gateway/conformance/support/raw-client.ts";
import type { Measurement } from "../report.ts";
import { percentile } from "../stats/percentile.ts";
import type { Orders } from "./attacker.ts";
import { type Bed, median, space } from "./bed.ts";
import { idleScheduling, makeGroupIdle, makeIdle, stolenMilliseconds } from "./cores.ts";
import type { LoadPeer } from "./load-client.ts";
import type { Rounds } from "./rounds.ts";

const neighbourSpace = "neighbour.load";
const attackers = 4;
const roundTripSeconds = 1;
const mostStolenMilliseconds = 20;
const maxTries = 5;

/** Round trips of one request at a time, answered by another client of the same tenant over anycast. */
interface RoundTrips {
  readonly milliseconds: number[];
  /** For how long the gateway was ready and had no core meanwhile, in ms for each second. */
  readonly waitedForCore: number[];
}

function newRoundTrips(): RoundTrips {
  return { milliseconds: [], waitedForCore: [] };
}

/** Measures again when the machine itself was held up, which says nothing of whoever runs on it; takes what it has after some tries. */
async function measure(bed: Bed, peer: LoadPeer, file: string, into: RoundTrips): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const before = await stolenMilliseconds();
    const trips = await roundTrips(bed, peer, file);
    if ((await stolenMilliseconds()) - before > mostStolenMilliseconds && tries < maxTries) continue;
    into.milliseconds.push(...trips.milliseconds);
    into.waitedForCore.push(trips.waitedForCore);
    return;
  }
}

async function roundTrips(bed: Bed, peer: LoadPeer, file: string): Promise<{ milliseconds: number[]; waitedForCore: number }> {
  await using clients = new AsyncDisposableStack();
  const replying = clients.use(bed.client("reply", peer, { address: "quiet" }));
  await replying.ready();
  const waitedBefore = await bed.gateway.waitedForCoreMilliseconds();
  const beganMs = performance.now();
  const requesting = clients.use(bed.client("request", peer, { address: "quiet", seconds: roundTripSeconds, latencies: file }));
  await requesting.figures();
  const waitedForCore = ((await bed.gateway.waitedForCoreMilliseconds()) - waitedBefore) / ((performance.now() - beganMs) / 1000);
  await replying.stop();
  return { milliseconds: (await readFile(file, "utf8")).trimEnd().split("\n").map((line) => Number(line) / 1000), waitedForCore };
}

/** Attacks from a process of its own for as long as `work` takes. */
async function whileAttacked<T>(attack: Attack, peer: RawPeer, work: () => Promise<T>): Promise<T> {
  const child = spawn("chrt", [...idleScheduling, process.execPath, join(import.meta.dirname, "attacker.ts")], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ended = once(child, "exit");
  try {
    child.send({ attack: attack.name, peer, connections: attackers } satisfies Orders);
    await once(child, "message");
    return await work();
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

/**
 * What another tenant's round trips take while one tenant, or a stranger, attacks: p99 as a multiple of the quiet one. Quiet and attacked
 * windows take turns. An attack is judged by the round trips of all its windows together, the quiet by as many as an attack has, evenly
 * out of all quiet windows of the run: a window of its own is too short to say what a p99 is. Attacker and broker get what nobody else wants of
 * the cores, so that on few of them the figure tells of the gateway and not of who gets a core; how long it waited for one is printed.
 * What an attack costs although the gateway has nothing to do with it, because both share a machine, is told by the same attack on
 * another gateway that, like the attacker, has the cores that nobody else wants.
 *
 * @param bed made without autogroups, see `withoutAutogroups`
 */
export async function noisyNeighbour(bed: Bed, rounds: Rounds): Promise<Measurement[]> {
  const login = await bed.logins.create(`${neighbourSpace}.app`);
  await bed.gateway.createSpace(neighbourSpace);
  await bed.gateway.createCredential(login.user, neighbourSpace);
  await bed.gateway.createAddress(neighbourSpace, "quiet", "anycast");
  const attacker = await bed.logins.create(`${space}.attacker`);
  await bed.gateway.createCredential(attacker.user, space);
  const neighbour: LoadPeer = { host: bed.throughGateway.host, ...login };
  const peer: RawPeer = { host: "127.0.0.1", port: bed.gateway.ports.amqp, ...attacker };
  await using beside = await bed.startAnotherGateway();
  await beside.createCredential(attacker.user, space);
  await beside.synchronize();
  const peerBeside: RawPeer = { ...peer, port: beside.ports.amqp };

  // The attacks' work for the broker is the attacker's, too, and the gateway is what is measured.
  await makeGroupIdle(bed.brokerPid);
  await makeIdle(beside.pid);
  const folder = await mkdtemp(join(tmpdir(), "postroom-noisy-"));
  try {
    const file = join(folder, "latencies");
    await measure(bed, neighbour, file, newRoundTrips());
    const quiet = newRoundTrips();
    const attacked = new Map<string, { during: RoundTrips; elsewhere: RoundTrips }>();
    for (const attack of [...clientAttacks, ...floodAttacks, ...strangerAttacks].filter(({ name }) => name.includes(rounds.attack))) {
      const [during, elsewhere] = [newRoundTrips(), newRoundTrips()];
      attacked.set(attack.name, { during, elsewhere });
      for (let round = 0; round < rounds.count; round++) {
        await measure(bed, neighbour, file, quiet);
        await whileAttacked(attack, peer, () => measure(bed, neighbour, file, during));
        await whileAttacked(attack, peerBeside, () => measure(bed, neighbour, file, elsewhere));
      }
    }
    return [...attacked].flatMap(([name, { during, elsewhere }]) => judged(name, during, elsewhere, quiet));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function judged(name: string, during: RoundTrips, elsewhere: RoundTrips, quiet: RoundTrips): Measurement[] {
  const samples = during.milliseconds.length;
  const step = Math.max(1, quiet.milliseconds.length / samples);
  const quietP99 = percentile(Array.from({ length: Math.min(samples, quiet.milliseconds.length) }, (_, index) => quiet.milliseconds[Math.floor(index * step)]!), 0.99);
  return [
    { case: `another tenant's p99 during ${name} (${samples} round trips)`, value: percentile(during.milliseconds, 0.99) / quietP99, unit: "x", peer: quietP99, budget: 2, better: "lower" },
    { case: "  the same attack on another gateway of this machine", value: percentile(elsewhere.milliseconds, 0.99) / quietP99, unit: "x" },
    { case: "  the gateway waited for a core", value: median(during.waitedForCore), unit: "ms/s", peer: median(quiet.waitedForCore) },
  ];
}
