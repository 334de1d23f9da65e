import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Attack, clientAttacks, floodAttacks, strangerAttacks } from "../../gateway/conformance/abuse/attack.ts";
import type { RawPeer } from "../../gateway/conformance/support/raw-client.ts";
import type { Measurement } from "../report.ts";
import type { Orders } from "./attacker.ts";
import { type Bed, median, space } from "./bed.ts";
import type { LoadPeer } from "./load-client.ts";
import type { Rounds } from "./rounds.ts";

const run = promisify(execFile);
const neighbourSpace = "neighbour.load";
const attackers = 4;
const roundTripSeconds = 1;
/** Runs on a core that nobody else wants. By niceness alone a process keeps its core for some ms when another wakes up. */
const idleScheduling = "--idle";

/** p99 of one request at a time, answered by another client of the same tenant over anycast; in ms. */
async function roundTripP99(bed: Bed, peer: LoadPeer): Promise<number> {
  await using clients = new AsyncDisposableStack();
  const replying = clients.use(bed.client("reply", peer, { address: "quiet" }));
  await replying.ready();
  const requesting = clients.use(bed.client("request", peer, { address: "quiet", seconds: roundTripSeconds }));
  const figures = await requesting.figures();
  await replying.stop();
  return figures.p99Microseconds! / 1000;
}

/** Attacks from a process of its own for as long as `work` takes. */
async function whileAttacked<T>(attack: Attack, peer: RawPeer, work: () => Promise<T>): Promise<T> {
  const child = spawn("chrt", [idleScheduling, "0", process.execPath, join(import.meta.dirname, "attacker.ts")], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
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
 * What another tenant's round trips take while one tenant, or a stranger, attacks: p99 as a multiple of the quiet one, measured in turn
 * with it. Attacker and broker get what nobody else wants of the cores, so that on few of them the figure tells of the gateway and not
 * of who gets a core.
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

  // The attacks' work for the broker is the attacker's, too, and the gateway is what is measured.
  const { stdout: brokerPids } = await run("pgrep", ["-g", String(bed.brokerPid)]);
  for (const pid of brokerPids.trim().split("\n")) await run("chrt", ["--all-tasks", idleScheduling, "--pid", "0", pid]);
  await roundTripP99(bed, neighbour);
  const results: Measurement[] = [];
  for (const attack of [...clientAttacks, ...floodAttacks, ...strangerAttacks]) {
    const quiet: number[] = [];
    const attacked: number[] = [];
    for (let round = 0; round < rounds.count; round++) {
      quiet.push(await roundTripP99(bed, neighbour));
      attacked.push(await whileAttacked(attack, peer, () => roundTripP99(bed, neighbour)));
    }
    results.push({ case: `another tenant's p99 during ${attack.name}`, value: median(attacked) / median(quiet), unit: "x", peer: median(quiet), budget: 2, better: "lower" });
  }
  return results;
}
