import { createPrivateKey, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ticketAlgorithm, ticketAudience, ticketIssuer } from "#contracts/test-client/ticket.ts";
import { loadPlatform } from "../platform/test-platform.ts";
import { GatewayBed, type TestSpace } from "./test-support/bed.ts";
import { eventOf, refusal, TestClient } from "./test-support/client.ts";

let bed: GatewayBed;
let space: TestSpace;

beforeAll(async () => {
  bed = await GatewayBed.make();
  space = await bed.space("acme");
});
afterAll(async () => bed?.[Symbol.asyncDispose]());

async function entitiesOf(type: string, page: object = {}): Promise<{ rows: Record<string, unknown>[]; total: number }> {
  const { body } = await bed.gateway.query(type, page);
  const { attributeNames, results, total } = body as { attributeNames: string[]; results: unknown[][]; total: number };
  return { rows: results.map((row) => Object.fromEntries(attributeNames.map((name, index) => [name, row[index]]))), total: Number(total) };
}

async function ticket(claims: object = {}, session = 60): Promise<string> {
  const platform = await loadPlatform();
  const key = createPrivateKey(await readFile(platform.env.console.TICKET_PRIVATE_KEY_FILE!, "utf8"));
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ space: space.name, session_ends_at: now + session, permissions: [{ operations: ["send", "recv"], pattern: "calls" }], ...claims })
    .setProtectedHeader({ alg: ticketAlgorithm }).setIssuer(ticketIssuer).setAudience(ticketAudience).setSubject("dev@acme.test").setJti(randomUUID())
    .setIssuedAt(now).setExpirationTime(now + 30).sign(key);
}

const withTicket = (token: string): Promise<TestClient> => TestClient.connect({ port: bed.gateway.ports.amqp, username: "dev@acme.test", token } as never);

describe("the end comes by itself, with words", () => {
  test("of the links of an address that is deleted; the connection's other links go on", async () => {
    await bed.gateway.createAddress(space.name, "brief", "anycast");
    await using client = await bed.client(space.login);
    const receiver = await client.receiver("brief");
    await client.receiver("calls");
    const ended = eventOf(receiver, "receiver_error");
    await bed.gateway.deleteAddress(space.name, "brief");
    await ended;
    expect(receiver.error).toMatchObject({ condition: "amqp:resource-deleted", description: "Address brief was deleted." });
    expect(await client.send(await client.sender("calls"), { body: 1 })).toBe("accepted");
    expect((await refusal(client.receiver("brief"))).condition).toBe("amqp:not-found");
  });

  test("of a space's links that is deleted, and what has its name later has nothing of it", async () => {
    const gone = await bed.space("gone");
    await using client = await bed.client(gone.login);
    await using neighbour = await bed.client(space.login);
    await neighbour.receiver("calls");
    await client.receiver("calls");
    expect(await client.send(await client.sender("calls"), { body: 1 })).toBe("accepted");
    const ended = eventOf(client.connection, "connection_error");
    await bed.gateway.request("DELETE", "postroom.space", gone.name);
    await ended;
    expect(client.connection.error).toMatchObject({ condition: "amqp:connection:forced", description: "The address space was deleted." });
    await expect(bed.client(gone.login)).rejects.toBeDefined();
    expect(await neighbour.send(await neighbour.sender("calls"), { body: "unharmed" })).toBe("accepted");
    await bed.gateway.createSpace(gone.name);
    await expect(bed.client(gone.login)).rejects.toBeDefined();
    await bed.gateway.createCredential(gone.login.user, gone.name);
    await using back = await bed.client(gone.login);
    for (const name of ["calls", "orders"]) expect((await refusal(back.receiver(name))).condition).toBe("amqp:not-found");
  });

  test("of the connections of a credential that is revoked, and it cannot come back", async () => {
    const login = await bed.credential(space.name, "revoked");
    await using client = await bed.client(login);
    await client.receiver("calls");
    const ended = eventOf(client.connection, "connection_error");
    await bed.gateway.request("DELETE", "postroom.credential", login.user);
    await ended;
    expect(client.connection.error).toMatchObject({ condition: "amqp:unauthorized-access" });
    await expect(bed.client(login)).rejects.toBeDefined();
  });

  test("of the links that a permission was taken from, and only of those", async () => {
    const login = await bed.credential(space.name, "narrowed");
    await using client = await bed.client(login);
    const lost = await client.receiver("orders");
    await client.receiver("calls");
    const ended = eventOf(lost, "receiver_error");
    await bed.gateway.createCredential(login.user, space.name, [{ operations: ["send", "recv"], pattern: "calls" }]);
    await ended;
    expect(lost.error).toMatchObject({ condition: "amqp:unauthorized-access" });
    expect(await client.send(await client.sender("calls"), { body: 1 })).toBe("accepted");
  });

  test("of a ticket's session when its time is over", async () => {
    await using client = await withTicket(await ticket({}, 2));
    await client.receiver("calls");
    await eventOf(client.connection, "connection_error");
    expect(client.connection.error).toMatchObject({ condition: "amqp:unauthorized-access" });
  });
});

describe("a ticket", () => {
  test("lets in once, to what it names only", async () => {
    const token = await ticket();
    await using client = await withTicket(token);
    await client.receiver("calls");
    expect((await refusal(client.receiver("orders"))).condition).toBe("amqp:unauthorized-access");
    await expect(withTicket(token)).rejects.toBeDefined();
  });

  test("of a space that is not there, or changed after it was signed, does not let in", async () => {
    await expect(withTicket(await ticket({ space: "nobody.main" }))).rejects.toBeDefined();
    const [header, payload, signature] = (await ticket()).split(".");
    const claims = JSON.parse(Buffer.from(payload!, "base64url").toString()) as Record<string, unknown>;
    const changed = Buffer.from(JSON.stringify({ ...claims, session_ends_at: 9_999_999_999 })).toString("base64url");
    await expect(withTicket(`${header}.${changed}.${signature}`)).rejects.toBeDefined();
  });
});

test("connections and links are listed with their counters and can be closed with a reason", async () => {
  await using client = await bed.client(space.login, { container_id: "listed" });
  const receiver = await client.receiver({ name: "in", source: { address: "calls" } } as never);
  await client.send(await client.sender({ name: "out", target: { address: "calls" } } as never), { body: "12345" });
  const links = (await entitiesOf("postroom.link")).rows.filter((row) => row.space === space.name && row.address === "calls");
  expect(links.find(({ linkName }) => linkName === "out")).toMatchObject({ direction: "incoming", deliveries: 1, accepted: 1, released: 0, unsettled: 0 });
  const incoming = links.find(({ linkName }) => linkName === "in")!;
  expect(incoming).toMatchObject({ direction: "outgoing", deliveries: 1, accepted: 1 });
  const linkEnded = eventOf(receiver, "receiver_error");
  await bed.gateway.request("DELETE", "postroom.link", String(incoming.name), { reason: "too slow" });
  await linkEnded;
  expect(receiver.error).toMatchObject({ condition: "amqp:link:detach-forced", description: "too slow" });
  const connection = (await entitiesOf("postroom.connection")).rows.find(({ container }) => container === "listed")!;
  expect(connection).toMatchObject({ space: space.name, login: space.login.user, transport: "amqp", encrypted: false });
  const ended = eventOf(client.connection, "connection_error");
  await bed.gateway.request("DELETE", "postroom.connection", String(connection.name), { reason: "maintenance" });
  await ended;
  expect(client.connection.error).toMatchObject({ condition: "amqp:connection:forced", description: "maintenance" });
});

test("what a sender without an address sends is counted at the address that each message names, while it is attached", async () => {
  const counted = async (): Promise<unknown[]> => {
    const row = (await entitiesOf("postroom.address")).rows.find(({ name }) => name === `${space.name}/orders`)!;
    return [row.incomingDeliveries, row.incomingAccepted];
  };
  const [deliveries, accepted] = await counted();
  await using client = await bed.client(space.login);
  const sender = await client.sender({ target: {} } as never);
  expect(await client.send(sender, { to: "orders", body: "one" })).toBe("accepted");
  expect(await client.send(sender, { to: "orders", body: "two" })).toBe("accepted");
  expect(await counted()).toEqual([Number(deliveries) + 2, Number(accepted) + 2]);
});

test("a late writer of an older generation changes nothing", async () => {
  const name = `${space.name}/fenced`;
  const entity = { addressType: "anycast", brokerAddress: "", broker: "", maxMessageBytes: 1000, maxConsumers: 5 };
  await bed.gateway.request("CREATE", "postroom.address", name, { ...entity, generation: 5 });
  await expect(bed.gateway.request("CREATE", "postroom.address", name, { ...entity, maxConsumers: 1, generation: 4 })).rejects.toThrow("409");
  await expect(bed.gateway.request("DELETE", "postroom.address", name, { generation: 4 })).rejects.toThrow("409");
  const { body } = await bed.gateway.request("READ", "postroom.address", name);
  expect(body).toMatchObject({ generation: 5, maxConsumers: 5 });
});

test.each([
  ["an unknown type", "READ", "postroom.nothing", "x", {}, "400"],
  ["an unknown entity", "READ", "postroom.address", "acme.main/none", {}, "404"],
  ["an operation that is not offered", "CREATE", "postroom.connection", "1", {}, "501"],
  ["a body that is no entity", "CREATE", "postroom.address", "acme.main/x", { addressType: "magic" }, "400"],
])("%s is refused with its status", async (_what, operation, type, name, body, status) => {
  await expect(bed.gateway.request(operation, type, name, body)).rejects.toThrow(status);
});

test("a space full of connections refuses the next one with the limit", async () => {
  const small = await bed.space("small");
  await bed.gateway.createSpace(small.name, 1);
  await using first = await bed.client(small.login);
  expect(await refusal(bed.client(small.login))).toMatchObject({ condition: "amqp:resource-limit-exceeded", description: expect.stringContaining("1 connections") });
  expect(first.connection.is_open()).toBe(true);
});

test("10,000 addresses are answered at once or in pages", async () => {
  const many = await bed.space("many");
  for (let start = 0; start < 10_000; start += 200) {
    await Promise.all(Array.from({ length: 200 }, (_, index) => bed.gateway.createAddress(many.name, `a${start + index}`, "anycast")));
  }
  const { total } = await entitiesOf("postroom.address");
  const page = await entitiesOf("postroom.address", { offset: 9000, count: 50 });
  expect(total).toBeGreaterThanOrEqual(10_000);
  expect(page.rows).toHaveLength(50);
});
