import { createPrivateKey, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { SignJWT } from "jose";
import { gatewayEntityTypes } from "#contracts/gateway-management.ts";
import { ticketAlgorithm, ticketAudience, ticketIssuer } from "#contracts/test-client/ticket.ts";
import { eventOf, TestClient } from "../../gateway/test-support/client.ts";
import type { Measurement } from "../report.ts";
import { type Bed, space } from "./bed.ts";
import type { Rounds } from "./rounds.ts";

const sessionMs = 1000;
const person = "dev@acme.test";

async function ticket(bed: Bed, endsAtMs: number): Promise<string> {
  const key = createPrivateKey(await readFile(bed.platform.env.console.TICKET_PRIVATE_KEY_FILE!, "utf8"));
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ space, session_ends_at: endsAtMs / 1000, permissions: [{ operations: ["send", "recv"], pattern: "*" }] })
    .setProtectedHeader({ alg: ticketAlgorithm }).setIssuer(ticketIssuer).setAudience(ticketAudience).setSubject(person).setJti(randomUUID())
    .setIssuedAt(now).setExpirationTime(now + 60).sign(key);
}

/** From when it was told, or from when a ticket's session was over, until the client hears of the end; in ms, the slowest of all rounds. */
export async function endings(bed: Bed, rounds: Rounds): Promise<Measurement[]> {
  const { gateway } = bed;
  const connect = (options: object): Promise<TestClient> => TestClient.connect({ port: gateway.ports.amqp, ...options });
  const cases: Readonly<Record<string, (round: number) => Promise<number>>> = {
    "a credential is revoked": async (round) => {
      const { user, password } = await bed.logins.create(`${space}.revoked${round}`);
      await gateway.createCredential(user, space);
      await using client = await connect({ username: user, password });
      await client.receiver("anycast");
      return await timed(client.connection, "connection_error", () => gateway.request("DELETE", gatewayEntityTypes.credential, user));
    },
    "a permission is taken away": async (round) => {
      const { user, password } = await bed.logins.create(`${space}.narrowed${round}`);
      await gateway.createCredential(user, space);
      await using client = await connect({ username: user, password });
      const receiver = await client.receiver("anycast");
      return await timed(receiver, "receiver_error", () => gateway.createCredential(user, space, [{ operations: ["send"], pattern: "queue" }]));
    },
    "an address is deleted": async (round) => {
      await gateway.createAddress(space, `deleted${round}`, "anycast");
      await using client = await connect({ username: bed.throughGateway.user, password: bed.throughGateway.password });
      const receiver = await client.receiver(`deleted${round}`);
      return await timed(receiver, "receiver_error", () => gateway.deleteAddress(space, `deleted${round}`));
    },
    "a ticket's session is over": async () => {
      // Whole seconds, as tickets have them.
      const endsAtMs = Math.ceil((Date.now() + sessionMs) / 1000) * 1000;
      await using client = await connect({ username: person, token: await ticket(bed, endsAtMs) });
      await client.receiver("anycast");
      await eventOf(client.connection, "connection_error");
      return Date.now() - endsAtMs;
    },
  };
  const results: Measurement[] = [];
  for (const [name, run] of Object.entries(cases)) {
    const times: number[] = [];
    for (let round = 0; round < rounds.count; round++) times.push(await run(round));
    results.push({ case: `${name}, until its client hears of it, slowest of ${times.length}`, value: Math.max(...times), unit: "ms", budget: 1000, better: "lower" });
  }
  return results;
}

async function timed(emitter: object, event: string, tell: () => Promise<unknown>): Promise<number> {
  const ended = eventOf(emitter, event);
  const beganMs = performance.now();
  await Promise.all([ended, tell()]);
  return performance.now() - beganMs;
}
