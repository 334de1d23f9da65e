import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { maxFailuresPerSource } from "./policy/login-gate.ts";
import { GatewayBed, type TestSpace } from "./test-support/bed.ts";
import { TestClient } from "./test-support/client.ts";

let bed: GatewayBed;
let space: TestSpace;

beforeAll(async () => {
  bed = await GatewayBed.make();
  space = await bed.space("acme");
});
afterAll(async () => bed?.[Symbol.asyncDispose]());

/** As rhea connects, but from another address of this host. */
const fromElsewhere = (port: number, host: string, _options: object, onConnect: () => void) => connect({ port, host, localAddress: "127.0.0.2" }, onConnect);

/** Wrong logins, all at once: one half at the true login, the other across names that are not there. */
async function fail(count: number): Promise<void> {
  const attempts = Array.from({ length: count }, (_, index) =>
    TestClient.connect({ port: bed.gateway.ports.amqp, username: index % 2 === 0 ? space.login.user : `${space.name}.nobody-${index}`, password: `guess-${index}` }),
  );
  for (const attempt of await Promise.allSettled(attempts)) expect(attempt.status).toBe("rejected");
}

test("a crowd of wrong logins keeps strangers at its address out, but neither who is known there nor anybody elsewhere", { timeout: 120_000 }, async () => {
  const unknownThere = await bed.credential(space.name, "second");
  await using before = await bed.client(space.login);
  await fail(2 * maxFailuresPerSource);
  await using known = await bed.client(space.login);
  await expect(bed.client(unknownThere)).rejects.toBeDefined();
  await using elsewhere = await bed.client(unknownThere, { connect: fromElsewhere } as object);
  for (const client of [before, known, elsewhere]) expect(client.connection.is_open()).toBe(true);
});
