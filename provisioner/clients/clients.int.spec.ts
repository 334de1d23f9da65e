import { afterAll, beforeAll, expect, test } from "vitest";
import { refusal, TestClient } from "#gateway/test-support/client.ts";
import { startProtonClient } from "#gateway/test-support/proton-client.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";

const secret = "clients-of-a-test";
let bed: TestBed;
let gateway: RealGateway;
let provisioner: Provisioner;
let login: string;

const isReady = async (): Promise<boolean> => Object.values(await provisioner.health()).every(({ ok }) => ok);

beforeAll(async () => {
  bed = await createTestBed();
  gateway = await startRealGateway(bed.platform);
  // The test says when: its passes are the only ones.
  provisioner = await startProvisioner({ env: bed.env({ GATEWAY_MANAGEMENT_URLS: gateway.url, STATISTICS_INTERVAL_SECONDS: "300" }), log: testLog });
  await bed.sql.query(
    `INSERT INTO address_plan (id, class_id, type, name, description, "order", stored_bytes, max_message_bytes, max_delivery_attempts, max_consumers, when_full)
     VALUES ('queue-tiny', 'tiny', 'queue', 'Tiny', '', 1, 65536, 16384, 3, 5, 'reject') ON CONFLICT DO NOTHING`,
  );
  await bed.createAddresses(["orders"], "queue-small");
  await bed.createAddresses(["crate"], "queue-tiny");
  await bed.createAddresses(["calls"], "anycast-small");
  login = await bed.createCredential("app", secret);
  await eventually(async () => [...(await bed.rows()), ...(await bed.rows("credential"))], (rows) => rows.every(({ phase }) => phase === "Active"));
  await eventually(isReady, Boolean);
});
afterAll(async () => {
  await provisioner?.stop();
  await gateway?.[Symbol.asyncDispose]();
  await bed?.[Symbol.asyncDispose]();
});

const port = () => gateway.running.ports.amqp as number;

async function sampled<T>(read: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> {
  return eventually(async () => {
    await provisioner.sampler.pass();
    return read();
  }, isThere);
}

const connections = async (container: string) => (await bed.sql.query("SELECT * FROM connection WHERE container = $1", [container])).rows as Record<string, unknown>[];
const linksOf = async (container: string) =>
  (await bed.sql.query("SELECT l.* FROM link l JOIN connection c ON c.id = l.connection_id WHERE c.container = $1 ORDER BY role", [container])).rows as Record<string, unknown>[];
const events = async (container: string) =>
  (await bed.sql.query("SELECT kind, role, address_name, condition, text, count FROM client_event WHERE container = $1 ORDER BY at, length(id), id", [container])).rows as Record<string, unknown>[];

const refusedLogins = async () => (await bed.sql.query("SELECT login, remote_address, count FROM client_event WHERE kind = 'login-refused' ORDER BY login")).rows as Record<string, unknown>[];

const startNamed = (container: string) => startProtonClient({ url: `amqp://127.0.0.1:${port()}`, user: login, password: secret, container, address: "calls", tried: "nowhere" });

test("the tables tell the truth of a foreign client: who, with what, its links, and what became of its messages", async () => {
  await using client = startProtonClient({ url: `amqp://127.0.0.1:${port()}`, user: login, password: secret, container: "warehouse", address: "orders", tried: "nowhere" });
  await eventually(() => client.told, (told) => told.filter(({ what }) => what === "received").length === 3 && told.some(({ what }) => what === "link-error"));
  const links = await sampled(() => linksOf("warehouse"), (rows) => rows[0]?.rejected === "1");
  const [connection] = await connections("warehouse");
  expect(connection).toMatchObject({
    gateway: "main", login, is_person: false, remote_address: "127.0.0.1", protocol: "amqp", is_encrypted: false, product: "proton-test", version: "1.2.3", links: 2, count_in: "3", count_out: "3",
  });
  expect(links[0]).toMatchObject({ address_name: "orders", role: "receiver", deliveries: "3", accepted: "2", rejected: "1", released: "0", unsettled: 0 });
  expect(links[1]).toMatchObject({ address_name: "orders", role: "sender", deliveries: "3", accepted: "3", rejected: "0" });
  const told = await sampled(() => events("warehouse"), (rows) => rows.length >= 5);
  expect(told).toEqual(expect.arrayContaining([
    expect.objectContaining({ kind: "connected" }),
    expect.objectContaining({ kind: "attached", role: "receiver", address_name: "orders", count: 1 }),
    expect.objectContaining({ kind: "attached", role: "sender", address_name: "orders", count: 1 }),
    expect.objectContaining({ kind: "attach-refused", role: "receiver", address_name: "nowhere", condition: "amqp:not-found", text: expect.stringContaining("no address nowhere") }),
    expect.objectContaining({ kind: "message-rejected", role: "receiver", address_name: "orders", condition: "app:bad", text: "not wanted here", count: 1 }),
  ]));
  expect(told).toHaveLength(5);
});

test("what is over leaves the tables, stands in the history with who ended it, and comes back as somebody else", async () => {
  const client = await TestClient.connect({ port: port(), username: login, password: secret, container_id: "brief" } as never);
  await client.receiver("calls");
  const [first] = await sampled(() => connections("brief"), (rows) => rows.length === 1);
  await client[Symbol.asyncDispose]();
  await sampled(() => connections("brief"), (rows) => rows.length === 0);
  expect((await sampled(() => events("brief"), (rows) => rows.some(({ kind }) => kind === "closed"))).map(({ kind, text }) => ({ kind, text }))).toEqual([
    { kind: "connected", text: "" }, { kind: "attached", text: "" }, { kind: "closed", text: "The peer closed the connection." },
  ]);
  await using again = await TestClient.connect({ port: port(), username: login, password: secret, container_id: "brief" } as never);
  const [second] = await sampled(() => connections("brief"), (rows) => rows.length === 1);
  expect(again.connection.is_open() && second!.id !== first!.id).toBe(true);
});

test("logins that were refused are told to the space that they name, with the reason and how often", async () => {
  for (let index = 0; index < 2; index += 1) await expect(TestClient.connect({ port: port(), username: login, password: "wrong" })).rejects.toBeDefined();
  await expect(TestClient.connect({ port: port(), username: "nobody.nowhere.app", password: "wrong" })).rejects.toBeDefined();
  expect(await sampled(refusedLogins, (rows) => rows.length > 0)).toEqual([{ login, remote_address: "127.0.0.1", count: 2 }]);
});

test("a connection that is closed with a reason tells its client within a second or so, and its history too; others stay", async () => {
  await using closed = startNamed("to-close");
  await using kept = startNamed("to-keep");
  const [row] = await sampled(() => connections("to-close"), (rows) => rows.length === 1);
  await sampled(() => connections("to-keep"), (rows) => rows.length === 1);
  await bed.sql.query(
    `INSERT INTO operation (tenant_id, space_id, kind, subject, parameters, total, requested_by_id, requested_by)
     SELECT tenant_id, space_id, 'close-connections', 'to-close', $2, 3, 'test', 'test' FROM connection WHERE id = $1`,
    // One that is closed already, and one of a gateway that is there no more.
    [row!.id, JSON.stringify({ ids: [row!.id, String(row!.id).replace(/\d+$/, "999999"), "lost-00000000-1"], reason: "Moving to the new cluster" })],
  );
  expect(await closed.ended).toBe(0);
  expect(closed.told.at(-1)).toEqual({ what: "connection-closed", condition: "amqp:connection:forced", description: "Moving to the new cluster" });
  const operation = async () => (await bed.sql.query("SELECT phase, done, failed FROM operation")).rows[0] as Record<string, unknown>;
  expect(await eventually(operation, ({ phase }) => phase === "Done")).toEqual({ phase: "Done", done: 3, failed: 0 });
  expect((await sampled(() => events("to-close"), (rows) => rows.some(({ kind }) => kind === "closed"))).at(-1)).toMatchObject({ kind: "closed", condition: "amqp:connection:forced", text: "Moving to the new cluster" });
  expect(await connections("to-close")).toEqual([]);
  expect(await connections("to-keep")).toHaveLength(1);
  expect(kept.told.some(({ what }) => what === "connection-closed")).toBe(false);
});

async function allowConnections(count: number): Promise<void> {
  await bed.sql.query("UPDATE space_plan SET max_connections = $1", [count]);
  await bed.sql.query("UPDATE address_space SET generation = generation + 1, attempts = 0, next_attempt_at = now()");
  await eventually(() => bed.rows("address_space"), (rows) => rows.every(({ generation, observed_generation: observed }) => observed === generation));
}

test("a connection that the space's plan does not allow is refused, and the history says to whom, how often and why", async () => {
  await sampled(async () => (await bed.sql.query("SELECT id FROM connection")).rowCount, (count) => count === 0);
  await allowConnections(1);
  try {
    await using first = await TestClient.connect({ port: port(), username: login, password: secret, container_id: "first" });
    const second = () => refusal(TestClient.connect({ port: port(), username: login, password: secret, container_id: "one-too-many" }));
    const seen = await second();
    expect(await second()).toEqual(seen);
    expect(seen.condition).toBe("amqp:resource-limit-exceeded");
    expect(await sampled(() => events("one-too-many"), (rows) => rows.length > 0)).toEqual([
      { kind: "connection-refused", role: null, address_name: "", condition: seen.condition, text: seen.description, count: 2 },
    ]);
    expect(await connections("one-too-many")).toEqual([]);
    expect(first.connection.is_open()).toBe(true);
  } finally {
    await allowConnections(1_000);
  }
});

const refusedMessages = async () => (await events("hasty")).filter(({ kind }) => kind === "message-refused");

test("messages that a full queue and a size limit refuse are told with the address, the reason and their number", async () => {
  await using client = await TestClient.connect({ port: port(), username: login, password: secret, container_id: "hasty" });
  const large = await client.sender("crate");
  const cut = new Promise((resolve) => large.once("sender_close" as never, resolve as never));
  large.send({ body: "x".repeat(20_000) });
  await cut;
  const sender = await client.sender("crate");
  await eventually(() => client.send(sender, { body: "x".repeat(10_000) }), (outcome) => outcome === "rejected");
  const { condition, description } = await client.rejection(sender, { body: "x".repeat(10_000) });
  const told = { kind: "message-refused", role: "sender", address_name: "crate", count: 1 };
  expect(await sampled(refusedMessages, (rows) => rows.length === 2)).toEqual([
    { ...told, condition: "amqp:link:message-size-exceeded", text: (large.error as { description?: string }).description },
    { ...told, condition, text: description, count: 2 },
  ]);
});

test("more different events than a gateway keeps of one space between two passes are counted, and their number is told", async () => {
  const attaches = 520;
  const last = async () => (await bed.sql.query<{ sequence: string }>("SELECT sequence FROM gateway_journal")).rows[0]?.sequence;
  await provisioner.sampler.pass();
  const before = await last();
  {
    await using client = await TestClient.connect({ port: port(), username: login, password: secret, container_id: "lost" });
    for (let index = 0; index < attaches; index += 1) expect((await refusal(client.receiver({ source: { address: `nowhere/${index}` } }))).condition).toBe("amqp:not-found");
  }
  await sampled(last, (sequence) => sequence !== before);
  const { rows: [counted] } = await bed.sql.query<{ stored: number; dropped: number }>(
    `SELECT (sum(count) FILTER (WHERE container = 'lost' AND kind = 'attach-refused'))::int AS stored, (sum(count) FILTER (WHERE kind = 'events-dropped'))::int AS dropped FROM client_event`,
  );
  // The rest of what was left out is that the client connected and went, which is told only while there is room.
  const others = (await events("lost")).filter(({ kind }) => kind !== "attach-refused").length;
  expect(counted!.stored + counted!.dropped).toBe(attaches + 2 - others);
  expect(counted!.dropped).toBeGreaterThan(0);
});

test("a pass in which nothing changed writes nothing, and one after the rows were lost writes them anew", async () => {
  await using client = await TestClient.connect({ port: port(), username: login, password: secret, container_id: "steady" } as never);
  await client.receiver("calls");
  const versions = async () => (await bed.sql.query("SELECT xmin FROM connection WHERE container = 'steady' UNION ALL SELECT l.xmin FROM link l JOIN connection c ON c.id = l.connection_id WHERE c.container = 'steady'")).rows;
  await sampled(() => linksOf("steady"), (rows) => rows.length === 1);
  // The second pass knows the rates.
  await provisioner.sampler.pass();
  const before = await versions();
  await provisioner.sampler.pass();
  expect(await versions()).toEqual(before);
  await bed.sql.query("TRUNCATE connection, link");
  await sampled(() => linksOf("steady"), (rows) => rows.length === 1);
});

test("a gateway that starts anew takes its connections with it, and the history says so", async () => {
  await using client = await TestClient.connect({ port: port(), username: login, password: secret, container_id: "cut", reconnect: false } as never);
  client.connection.on("disconnected", () => undefined);
  const [before] = await sampled(() => connections("cut"), (rows) => rows.length === 1);
  await gateway.stop();
  await gateway.start();
  await eventually(isReady, Boolean);
  await gateway.running.opened;
  await sampled(() => connections("cut"), (rows) => rows.length === 0);
  expect((await events("cut")).at(-1)).toMatchObject({ kind: "closed", text: "The gateway main was started anew." });
  await using again = await TestClient.connect({ port: port(), username: login, password: secret, container_id: "cut" } as never);
  const [after] = await sampled(() => connections("cut"), (rows) => rows.length === 1);
  expect(again.connection.is_open() && after!.id !== before!.id).toBe(true);
  expect((await sampled(() => events("cut"), (rows) => rows.at(-1)?.kind === "connected")).map(({ kind }) => kind)).toEqual(["connected", "closed", "connected"]);
});
