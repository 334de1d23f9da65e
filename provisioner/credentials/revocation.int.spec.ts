import { createPrivateKey, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { SignJWT } from "jose";
import rhea from "rhea";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { ticketAlgorithm, ticketAudience, ticketIssuer } from "#contracts/test-client/ticket.ts";
import { eventOf, TestClient } from "#gateway/test-support/client.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";

const person = "nina@people.test";
let bed: TestBed;
let gateway: RealGateway;
let provisioner: Provisioner;

beforeAll(async () => {
  bed = await createTestBed();
  gateway = await startRealGateway(bed.platform, "main", { AMQPS_PORT: "0", WEBSOCKET_PORT: "0" });
  provisioner = await startProvisioner({ env: bed.env({ GATEWAY_MANAGEMENT_URLS: gateway.url }), log: testLog });
  await gateway.running.opened;
  await bed.createAddresses(["calls"], "anycast-small");
  await eventually(() => bed.row("calls"), (row) => row?.phase === "Active");
});
afterAll(async () => {
  await provisioner?.stop();
  await gateway?.[Symbol.asyncDispose]();
  await bed?.[Symbol.asyncDispose]();
});

async function tokenOf(login: string, secret: string): Promise<string> {
  const { url, realm } = bed.platform.keycloak;
  const response = await fetch(`${url}/realms/${realm}/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", client_id: login, client_secret: secret }),
    signal: AbortSignal.timeout(10_000),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

async function ticket(): Promise<string> {
  const key = createPrivateKey(await readFile(bed.platform.env.console.TICKET_PRIVATE_KEY_FILE!, "utf8"));
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ space: bed.space, session_ends_at: now + 1_800, permissions: [{ operations: ["send", "recv"], pattern: "calls" }] })
    .setProtectedHeader({ alg: ticketAlgorithm }).setIssuer(ticketIssuer).setAudience(ticketAudience).setSubject(person).setJti(randomUUID())
    .setIssuedAt(now).setExpirationTime(now + 60).sign(key);
}

/** OAUTHBEARER as RFC 7628 has it, which rhea does not speak by itself. */
function bearer(login: string, token: string): object {
  const start = (callback: (error: undefined, response: string) => void): void => callback(undefined, `n,a=${login},\x01auth=Bearer ${token}\x01\x01`);
  return { username: login, sasl_mechanisms: { OAUTHBEARER: () => ({ start }) } };
}

const entrances = () => {
  const { amqp, amqps, webSocket } = gateway.running.ports;
  return {
    amqp: { port: amqp! },
    amqps: { port: amqps!, transport: "tls", rejectUnauthorized: false },
    webSocket: { connection_details: rhea.websocket_connect(WebSocket as never)(`ws://127.0.0.1:${webSocket}/amqp`, ["amqp"], {} as never) },
  } as Record<string, object>;
};

it("ends every connection of a revoked credential, whatever the entrance and the mechanism, with their links, and lets none back in", async () => {
  const login = await bed.createCredential("shop", "a-secret");
  await eventually(() => bed.row("shop", "credential"), (row) => row?.phase === "Active");
  const token = await tokenOf(login, "a-secret");
  const proofs: Record<string, object> = { PLAIN: { username: login, password: "a-secret" }, XOAUTH2: { username: login, token }, OAUTHBEARER: bearer(login, token) };
  const ways = Object.keys(entrances()).flatMap((entrance) => Object.keys(proofs).map((proof) => ({ entrance, proof })));
  const connect = ({ entrance, proof }: { entrance: string; proof: string }) => TestClient.connect({ ...entrances()[entrance], ...proofs[proof] } as never);
  await using clients = new AsyncDisposableStack();
  const ended: Promise<unknown>[] = [];
  for (const way of ways) {
    const client = clients.use(await connect(way));
    await client.receiver("calls");
    ended.push(eventOf(client.connection, "connection_error").then(() => client.connection.error));
  }
  await bed.sql.query("UPDATE credential SET phase = 'Terminating', generation = generation + 1, next_attempt_at = now() WHERE name = 'shop'");
  for (const error of await Promise.all(ended)) expect(error).toMatchObject({ condition: "amqp:unauthorized-access", description: "The credential was revoked." });
  await eventually(() => bed.row("shop", "credential"), (row) => row === undefined);
  await Promise.all(ways.map((way) => expect(connect(way), `${way.entrance} with ${way.proof}`).rejects.toBeDefined()));
});

it("ends the test sessions of a member who is removed, in this tenant only", async () => {
  const [member] = (
    await bed.sql.query<{ id: string; tenant_id: string; user_id: string }>(
      `INSERT INTO membership (tenant_id, user_id, email, role) SELECT id, gen_random_uuid(), $2, 'developer' FROM tenant WHERE slug = $1 RETURNING id, tenant_id, user_id`,
      [bed.tenant, person],
    )
  ).rows;
  await using clients = new AsyncDisposableStack();
  const ended: Promise<unknown>[] = [];
  for (const details of Object.values(entrances())) {
    const client = clients.use(await TestClient.connect({ ...details, username: person, token: await ticket() } as never));
    ended.push(eventOf(client.connection, "connection_error").then(() => client.connection.error));
  }
  const login = await bed.createCredential("bystander", "a-secret");
  await eventually(() => bed.row("bystander", "credential"), (row) => row?.phase === "Active");
  const bystander = clients.use(await TestClient.connect({ ...entrances().amqp, username: login, password: "a-secret" }));
  await bed.sql.query(
    `WITH gone AS (DELETE FROM membership WHERE id = $1)
     INSERT INTO member_operation (tenant_id, member_id, user_id, email, kind) VALUES ($2, $1, $3, $4, 'match-access')`,
    [member!.id, member!.tenant_id, member!.user_id, person],
  );
  for (const error of await Promise.all(ended)) expect(error).toMatchObject({ description: "Your access to this tenant has ended or was changed." });
  expect(bystander.connection.is_open()).toBe(true);
});
