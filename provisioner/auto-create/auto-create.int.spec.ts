import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { eventOf, refusal, TestClient } from "#gateway/test-support/client.ts";
import { projectDirectory } from "#platform/profile.ts";
import { autoCreateAddresses } from "#server/addresses/auto-create-addresses.ts";
import { openDatabase as openTenantDatabase } from "#server/db/database.ts";
import { openDatabase } from "../database.ts";
import { limits } from "../limits.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";
import { findOpenSpace } from "./queries.ts";

const secret = "makes-up-its-names";
let bed: TestBed;
let first: RealGateway;
let second: RealGateway;
let provisioner: Provisioner;
let login: string;
let narrowLogin: string;

async function begin(): Promise<void> {
  provisioner = await startProvisioner({ env: bed.env({ GATEWAY_MANAGEMENT_URLS: `${first.url},${second.url}`, STATISTICS_INTERVAL_SECONDS: "300" }), log: testLog });
}

/** The space has exactly these rules, and the gateways know. */
async function setRules(rules: readonly { pattern: string; planId?: string; deleteUnusedMinutes?: number }[]): Promise<void> {
  await bed.sql.query("DELETE FROM auto_create_rule");
  for (const { pattern, planId = "queue-small", deleteUnusedMinutes = null } of rules) {
    await bed.sql.query(
      `INSERT INTO auto_create_rule (tenant_id, space_id, pattern, type, plan_id, delete_unused_minutes, created_by)
       SELECT s.tenant_id, s.id, $2, p.type, p.id, $4, 'test' FROM address_space s, address_plan p WHERE s.id = $1 AND p.id = $3`,
      [bed.spaceRowId, pattern, planId, deleteUnusedMinutes],
    );
  }
  await bed.sql.query("UPDATE address_space SET generation = generation + 1, next_attempt_at = now() WHERE id = $1", [bed.spaceRowId]);
  await eventually(() => bed.rows("address_space"), ([space]) => space?.phase === "Active" && space.observed_generation === space.generation);
}

beforeAll(async () => {
  bed = await createTestBed();
  [first, second] = await Promise.all([startRealGateway(bed.platform, "first"), startRealGateway(bed.platform, "second")]);
  await begin();
  login = await bed.createCredential("app", secret);
  narrowLogin = await bed.createCredential("narrow", secret);
  await bed.sql.query(`UPDATE credential SET permissions = '[{"operations": ["recv"], "pattern": "made.*"}]' WHERE login = $1`, [narrowLogin]);
  // The first address of a plan has the broker's settings made, which takes its time on a busy machine.
  await bed.createAddresses(["ordinary"]);
  await eventually(() => bed.row("ordinary"), (row) => row?.phase === "Active");
  await bed.deleteAddresses(["ordinary"]);
  await eventually(() => bed.rows(), (rows) => rows.length === 0);
  await eventually(() => bed.rows("credential"), (rows) => rows.every(({ phase }) => phase === "Active"));
  await Promise.all([first.running.opened, second.running.opened]);
});
beforeEach(() => setRules([{ pattern: "made.*", deleteUnusedMinutes: 1 }]));
afterEach(async () => {
  await bed.sql.query("UPDATE address SET phase = 'Terminating', only_if_empty = false, generation = generation + 1, next_attempt_at = now()");
  await eventually(() => bed.rows(), (rows) => rows.length === 0);
});
afterAll(async () => {
  await provisioner?.stop();
  await first?.[Symbol.asyncDispose]();
  await second?.[Symbol.asyncDispose]();
  await bed?.[Symbol.asyncDispose]();
});

const connect = (gateway = first, username = login) => TestClient.connect({ port: gateway.running.ports.amqp as number, username, password: secret });
const entries = async (name: string) =>
  (await bed.sql.query("SELECT action, actor_email AS actor, source, after FROM audit_entry WHERE object_name = $1 ORDER BY at", [`main/${name}`])).rows;

test("an attach to an unknown address that a rule covers makes it: audited, and Active before the link opens", async () => {
  await using client = await connect();
  const sender = await client.sender("made/orders");
  const row = await bed.row("made/orders");
  expect(row).toMatchObject({ phase: "Active", created_by: login, broker: expect.any(String) });
  expect(await client.send(sender, { body: "first" })).toBe("accepted");
  await client.receiver("made.orders");
  expect((await client.take(1)).map(({ body }) => body)).toEqual(["first"]);
  expect(await entries("made/orders")).toEqual([
    { action: "address:create", actor: login, source: "provisioner", after: { type: "queue", planId: "queue-small", rule: "made.*" } },
  ]);
});

test("messages of a sender without an address make what they name: kept in order until it is there, and rejected where there is no rule or right", async () => {
  await setRules([{ pattern: "made.*" }, { pattern: "made.live.*", planId: "anycast-small" }]);
  await using client = await connect();
  const sender = await client.sender({ target: {} });
  const send = (to: string, body: string) => client.send(sender, { to, body });
  const large = "x".repeat(300_000);
  const sent = ["made/jms", "made.jms", "other", "made/jms2", "made/jms"].map((to, index) => send(to, `${index}`));
  sent.push(send("made.jms", large));
  expect(await Promise.all(sent)).toEqual(["accepted", "accepted", "rejected", "accepted", "accepted", "accepted"]);
  expect((await bed.rows()).map(({ name, phase }) => `${name} ${phase}`).sort()).toEqual(["made/jms Active", "made/jms2 Active"]);
  expect(await entries("made/jms")).toHaveLength(1);
  await client.receiver("made.jms");
  expect((await client.take(4)).map(({ body }) => body)).toEqual(["0", "1", "4", large]);
  // Nobody receives there, so the messages come back, not lost and not hung.
  expect(await Promise.all([send("made.live.x", "first"), send("made.live.x", "second")])).toEqual(["released", "released"]);
  await using narrow = await connect(first, narrowLogin);
  expect(await narrow.send(await narrow.sender({ target: {} }), { to: "made.not", body: "" })).toBe("rejected");
  expect((await bed.rows()).map(({ name }) => name).sort()).toEqual(["made.live.x", "made/jms", "made/jms2"]);
});

test("many clients of Qpid Proton that attach to one made-up name at once get one address", async () => {
  const script = join(projectDirectory, "gateway/test-support/proton_made_up.py");
  const { stdout } = await promisify(execFile)("/usr/bin/python3", [script, `amqp://127.0.0.1:${first.running.ports.amqp}`, "made.together", login, secret, "15"], { timeout: 30_000 });
  expect(JSON.parse(stdout)).toEqual({ opened: 30, accepted: 15, received: 15, errors: [] });
  expect((await bed.rows()).map(({ name }) => name)).toEqual(["made.together"]);
  expect(await entries("made.together")).toHaveLength(1);
});

test("one name wanted at two gateways and under both spellings, and many names at once, become one address each", async () => {
  await using clients = new AsyncDisposableStack();
  const [one, other] = await Promise.all([connect(first), connect(second)]);
  clients.use(one);
  clients.use(other);
  await Promise.all([one.receiver("made/x"), other.receiver("made.x"), ...Array.from({ length: 20 }, (_, index) => (index % 2 ? one : other).receiver(`made.many.${index}`))]);
  const rows = await bed.rows();
  expect(rows).toHaveLength(21);
  expect(rows.every(({ phase }) => phase === "Active")).toBe(true);
});

test("nothing is made for a name that no rule covers, that is none, or at which the login may not do what it wants", async () => {
  await using client = await connect();
  expect((await refusal(client.sender("other.name"))).condition).toBe("amqp:not-found");
  expect((await refusal(client.sender("made..empty"))).condition).toBe("amqp:not-found");
  await using narrow = await connect(first, narrowLogin);
  expect((await refusal(narrow.sender("made.x"))).condition).toBe("amqp:unauthorized-access");
  await setRules([]);
  expect((await refusal(client.sender("made.x"))).condition).toBe("amqp:not-found");
  expect(await bed.rows()).toEqual([]);
});

test("a login is asked for its rights where they are stored, whatever a gateway says", async () => {
  const database = openDatabase(bed.database.provisionerUrl, limits.database, () => {});
  const tenantDatabase = openTenantDatabase({ url: bed.database.provisionerUrl, poolSize: 1, log: testLog });
  const space = (await findOpenSpace(database, bed.space))!;
  const wanted = [narrowLogin, `${bed.space}.nobody`].map((who) => ({ name: "made.x", login: who, operation: "send" as const, remoteAddress: "127.0.0.1" }));
  const outcomes = await tenantDatabase.withTenant(space.tenant.id, "", (client) => autoCreateAddresses(client, space, wanted));
  expect(outcomes).toEqual(wanted.map(() => expect.objectContaining({ kind: "refused", why: "forbidden" })));
  await tenantDatabase.close();
  await database.end();
  expect(await bed.rows()).toEqual([]);
});

test("a quota that is used up refuses the link with the limit, what is used and the way out, and together they never pass it", async () => {
  await bed.sql.query(
    `INSERT INTO space_plan (id, name, description, "order", max_addresses, max_stored_bytes, max_connections, max_credentials, address_plan_ids)
     SELECT 'five', 'Five', '', 9, 5, max_stored_bytes, max_connections, max_credentials, address_plan_ids FROM space_plan WHERE id = 'business' ON CONFLICT DO NOTHING`,
  );
  await bed.sql.query("UPDATE address_space SET plan_id = 'five' WHERE id = $1", [bed.spaceRowId]);
  await using clients = new AsyncDisposableStack();
  const both = await Promise.all([connect(first), connect(second)]);
  for (const client of both) clients.use(client);
  const attached = await Promise.all(Array.from({ length: 20 }, (_, index) => both[index % 2]!.sender(`made.q${index}`).then(() => null, (error: { condition: string; description: string }) => error)));
  const refused = attached.filter((error) => error !== null);
  expect(refused).toHaveLength(15);
  for (const error of refused) expect(error).toMatchObject({ condition: "amqp:resource-limit-exceeded", description: expect.stringMatching(/5.*Five|Five.*5/) });
  expect(await bed.rows()).toHaveLength(5);
  await bed.sql.query("UPDATE address_space SET plan_id = 'business' WHERE id = $1", [bed.spaceRowId]);
});

test("clients that give up while they wait leave nothing behind, and a name that is just being deleted is made anew", async () => {
  await using client = await connect();
  const leaving = await connect();
  void leaving.receiver("made.later").catch(() => undefined);
  const detached = client.connection.open_receiver("made.later");
  detached.close();
  await leaving[Symbol.asyncDispose]();
  const ended = eventOf(await client.receiver("made.again"), "receiver_error");
  const before = await bed.row("made.again");
  await bed.deleteAddresses(["made.again"]);
  await ended;
  await client.receiver("made.again");
  const after = await bed.row("made.again");
  expect(after?.phase).toBe("Active");
  expect(after?.id).not.toBe(before?.id);
});

test("with the provisioner away a waiting client is told so in time, and one that still waits when it is back is let in", async () => {
  await provisioner.stop();
  await using client = await connect();
  expect(await refusal(client.sender("made.away"))).toMatchObject({ condition: "amqp:internal-error", description: expect.stringContaining("not made within 8 s") });
  const waiting = client.sender("made.back");
  await begin();
  expect(await client.send(await waiting, { body: "in" })).toBe("accepted");
});

test("what nobody uses for the time of its rule is deleted and audited; links, messages, and what came at the last moment keep it", async () => {
  await using client = await connect();
  await client.receiver("made.linked");
  {
    await using passing = await connect();
    for (const name of ["made.unused", "made.full", "made.late"]) await passing.sender(name);
    expect(await passing.send(await passing.sender("made.full"), { body: "kept" })).toBe("accepted");
  }
  const age = "now() - interval '2 minutes'";
  const sampled = async () => {
    await provisioner.sampler.pass();
    const { rows } = await bed.sql.query<{ name: string }>("SELECT name FROM address_statistics WHERE senders + receivers + depth > 0 ORDER BY name");
    return rows.map(({ name }) => name).join();
  };
  await eventually(sampled, (names) => names === "made.full,made.linked");
  expect(await provisioner.unusedAddresses.sweep()).toBe(0);
  await bed.sql.query(`UPDATE address_statistics SET sampled_at = ${age}, changed_at = ${age}`);
  expect(await provisioner.unusedAddresses.sweep(), "nobody knows what was before the first sample").toBe(0);
  await bed.sql.query(`UPDATE statistics_coverage SET from_at = ${age}`);
  await client.sender("made.late");
  expect(await provisioner.unusedAddresses.sweep()).toBe(1);
  await eventually(() => bed.rows(), (rows) => rows.map(({ name }) => name).sort().join() === "made.full,made.late,made.linked");
  expect((await entries("made.unused")).at(-1)).toMatchObject({ action: "address:delete-unused", actor: "postroom" });

  await bed.sql.query("UPDATE address SET phase = 'Terminating', only_if_empty = true, generation = generation + 1, next_attempt_at = now() WHERE name = 'made.full'");
  await eventually(() => bed.row("made.full"), (row) => row?.phase === "Active" && row.observed_generation === row.generation);
  expect((await entries("made.full")).at(-1)).toMatchObject({ action: "address:keep-used" });
  await client.receiver("made.full");
  expect((await client.take(1)).map(({ body }) => body)).toEqual(["kept"]);
});
