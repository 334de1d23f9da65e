import { type Attack, clientAttacks, ending, strangerAttacks } from "../../gateway/conformance/abuse/attack.ts";
import type { RawPeer } from "../../gateway/conformance/support/raw-client.ts";
import type { Measurement } from "../report.ts";
import { type Bed, median, space } from "./bed.ts";
import type { LoadPeer } from "./load-client.ts";
import type { Rounds } from "./rounds.ts";

const neighbourSpace = "neighbour.load";
const attackers = 4;

/** p99 of one request at a time, answered by another client of the same tenant over anycast; in ms. */
async function roundTripP99(bed: Bed, peer: LoadPeer, seconds: number): Promise<number> {
  await using clients = new AsyncDisposableStack();
  const replying = clients.use(bed.client("reply", peer, { address: "quiet" }));
  await replying.ready();
  const requesting = clients.use(bed.client("request", peer, { address: "quiet", seconds }));
  const figures = await requesting.figures();
  await replying.stop();
  return figures.p99Microseconds! / 1000;
}

/** Attacks again and again from some connections until told to stop. */
function attackUntil(stop: AbortSignal, attack: Attack, peer: RawPeer): Promise<unknown> {
  return Promise.all(Array.from({ length: attackers }, async () => {
    while (!stop.aborted) {
      // An attack that is answered with silence, or by the end of the socket, has done its work as well.
      const client = await attack.run(peer).catch(() => undefined);
      if (client === undefined) continue;
      if (attack.expected === "none") await client.settle().catch(() => undefined);
      else await Promise.race([ending(client, attack.milliseconds).catch(() => undefined), new Promise((resolve) => stop.addEventListener("abort", resolve, { once: true }))]);
      await client[Symbol.asyncDispose]();
    }
  }));
}

/** What another tenant's round trips take while one tenant, or a stranger, attacks: p99 as a multiple of the quiet one. */
export async function noisyNeighbour(bed: Bed, rounds: Rounds): Promise<Measurement[]> {
  const login = await bed.logins.create(`${neighbourSpace}.app`);
  await bed.gateway.createSpace(neighbourSpace);
  await bed.gateway.createCredential(login.user, neighbourSpace);
  await bed.gateway.createAddress(neighbourSpace, "quiet", "anycast");
  const attacker = await bed.logins.create(`${space}.attacker`);
  await bed.gateway.createCredential(attacker.user, space);
  const neighbour: LoadPeer = { host: bed.throughGateway.host, ...login };
  const peer: RawPeer = { host: "127.0.0.1", port: bed.gateway.ports.amqp, ...attacker };

  const quiet: number[] = [];
  for (let round = 0; round <= rounds.count; round++) quiet.push(await roundTripP99(bed, neighbour, rounds.seconds));
  const quietP99 = median(quiet.slice(1));
  const results: Measurement[] = [];
  for (const attack of [...clientAttacks, ...strangerAttacks]) {
    const stop = new AbortController();
    const attacking = attackUntil(stop.signal, attack, peer);
    const p99 = await roundTripP99(bed, neighbour, rounds.seconds);
    stop.abort();
    await attacking;
    results.push({ case: `another tenant's p99 during ${attack.name}`, value: p99 / quietP99, unit: "x", peer: quietP99, budget: 2, better: "lower" });
  }
  return results;
}
