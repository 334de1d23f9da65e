import { type Attack, clientAttacks, ending, floodAttacks, strangerAttacks } from "../../gateway/conformance/abuse/attack.ts";
import type { RawPeer } from "../../gateway/conformance/support/raw-client.ts";

/** What the parent says first: whom to attack, and with what. */
export interface Orders {
  readonly attack: string;
  readonly peer: RawPeer;
  readonly connections: number;
}

/** Attacks again and again on one connection. */
async function attackForever(attack: Attack, peer: RawPeer): Promise<never> {
  for (;;) {
    // An attack that is answered with silence, or by the end of the socket, has done its work as well.
    const client = await attack.run(peer).catch(() => undefined);
    if (client === undefined) continue;
    if (attack.expected === "none") await client.settle().catch(() => undefined);
    else await ending(client, attack.milliseconds).catch(() => undefined);
    await client[Symbol.asyncDispose]();
  }
}

process.once("message", ({ attack: name, peer, connections }: Orders) => {
  const attack = [...clientAttacks, ...floodAttacks, ...strangerAttacks].find((known) => known.name === name)!;
  for (let index = 0; index < connections; index++) void attackForever(attack, peer);
  process.send!("attacking");
});
