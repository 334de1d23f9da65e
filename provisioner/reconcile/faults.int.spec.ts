import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../database.ts";
import { FakeBroker } from "../drivers/fake/fake-broker.ts";
import { limits } from "../limits.ts";
import { startProvisioner, type Provisioner, type ProvisionerOptions } from "../provisioner.ts";
import { faults, testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { observe, type Observer } from "../testing/observer.ts";
import { startProvisionerProcess } from "../testing/own-process.ts";
import { randomFrom } from "../testing/random.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { startTcpProxy, type TcpProxy } from "../testing/tcp-proxy.ts";
import { createTestBed, type TestBed, type TestRow } from "../testing/test-bed.ts";
import { claimAddresses, writeOutcomes } from "./queries.ts";

const isSettled = (row: TestRow | undefined) => row?.phase === "Active" && row.observed_generation === row.generation;
const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}.${index}`);

let bed: TestBed;
let gateway: RealGateway;
let observer: Observer;
let disposables: AsyncDisposable[];

beforeEach(async () => {
  disposables = [];
  bed = await createTestBed();
  gateway = await startRealGateway(bed.platform);
  observer = await observe(bed, gateway.endpoint);
});

afterEach(async () => {
  for (const disposable of disposables.toReversed()) await disposable[Symbol.asyncDispose]();
  await observer[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

async function start(changes: Record<string, string> = {}, options: Partial<ProvisionerOptions> = {}): Promise<Provisioner> {
  const provisioner = await startProvisioner({ env: bed.env({ GATEWAY_MANAGEMENT_URLS: gateway.url, ...changes }), log: testLog, ...options });
  disposables.push({ [Symbol.asyncDispose]: () => provisioner.stop() });
  await eventually(() => provisioner.health(), (parts) => Object.values(parts).every(({ ok }) => ok));
  await eventually(() => bed.rows("address_space"), (spaces) => spaces.every(isSettled));
  return provisioner;
}

async function proxyTo(host: string, port: number): Promise<TcpProxy> {
  const proxy = await startTcpProxy(host, port);
  disposables.push(proxy);
  return proxy;
}

function brokerThrough(proxy: TcpProxy): string {
  const { username, password } = bed.platform.artemis.provisioner;
  return `main=amqp://${username}:${encodeURIComponent(password)}@127.0.0.1:${proxy.port}`;
}

/** What Postgres says, what Artemis has and what the gateway holds are equal. */
async function expectEqualSets(): Promise<void> {
  const rows = await bed.rows();
  expect(rows.filter((row) => !isSettled(row))).toEqual([]);
  expect(await observer.onBroker()).toEqual(rows.map(({ name }) => `qs.${name}`).sort());
  expect(await observer.atGateway()).toEqual(rows.map(({ name }) => name).sort());
}

describe("a part that is away", () => {
  it("keeps rows waiting with a reason while the broker does not answer, and completes them when it is back", async () => {
    const proxy = await proxyTo(bed.platform.artemis.host, bed.platform.artemis.port);
    const provisioner = await start({ BROKER_URLS: brokerThrough(proxy) });
    await bed.createAddresses(["before"]);
    await eventually(() => bed.row("before"), isSettled);

    await proxy.cut();
    await bed.createAddresses(numbered("waiting", 40));
    await bed.createAddresses(["direct"], "anycast-small");
    await bed.deleteAddresses(["before"]);
    await eventually(() => bed.row("direct"), isSettled);
    const waiting = await eventually(() => bed.row("waiting.0"), (row) => (row?.attempts ?? 0) >= 2);
    expect(waiting).toMatchObject({ phase: "Configuring", broker: "main" });
    expect(waiting?.reason).toMatch(/^Waiting for the broker main, which .+; tried \d+ times, next try in \d+ s\.$/);
    expect(await eventually(() => bed.row("before"), (row) => Boolean(row?.reason))).toMatchObject({ phase: "Terminating" });
    expect((await provisioner.health())["broker:main"]).toMatchObject({ ok: false, reason: expect.any(String) });

    await proxy.restore();
    await eventually(() => bed.rows(), (rows) => rows.length === 41 && rows.every(isSettled));
    await bed.deleteAddresses(["direct"]);
    await eventually(() => bed.rows(), (rows) => rows.length === 40);
    await expectEqualSets();
  });

  it("gives up a broker that hangs in time, and completes when it answers again", async () => {
    const proxy = await proxyTo(bed.platform.artemis.host, bed.platform.artemis.port);
    const quick = { ...limits, management: { ...limits.management, requestMs: 300, idleMs: 400 } };
    await start({ BROKER_URLS: brokerThrough(proxy) }, { limits: quick });
    await bed.createAddresses(["first"]);
    await eventually(() => bed.row("first"), isSettled);
    proxy.hold(true);
    await bed.createAddresses(["held"]);
    const row = await eventually(() => bed.row("held"), (seen) => Boolean(seen?.reason));
    expect(row?.reason).toMatch(/^Waiting for the broker main, which (did not answer|does not answer|closed|has not|did not finish)/);
    proxy.hold(false);
    await eventually(() => bed.row("held"), isSettled);
    await expectEqualSets();
  });

  it("keeps credentials waiting with a reason while Keycloak does not answer, and completes them when it is back", async () => {
    const keycloak = new URL(bed.platform.keycloak.url);
    const proxy = await proxyTo("127.0.0.1", Number(keycloak.port));
    // Keycloak names its own address as issuer whatever the way it is reached.
    await start({ KEYCLOAK_URL: `http://127.0.0.1:${proxy.port}` }, { limits: { ...limits, keycloak: { ...limits.keycloak, probeMs: 200 } } });
    await proxy.cut();
    const login = await bed.createCredential("app", "a-secret");
    const row = await eventually(() => bed.row("app", "credential"), (seen) => Boolean(seen?.reason));
    expect(row?.reason).toMatch(/^Waiting for Keycloak, which does not answer \(.+\); tried once, next try in 1 s\.$/);
    expect(await observer.loginsAtGateway()).toEqual([]);
    await proxy.restore();
    await eventually(() => bed.row("app", "credential"), isSettled);
    expect(await observer.loginsAtGateway()).toEqual([login]);
    await bed.sql.query("UPDATE credential SET phase = 'Terminating', generation = generation + 1, next_attempt_at = now()");
    await eventually(() => bed.rows("credential"), (rows) => rows.length === 0);
  });

  it("tells a gateway everything again after its restart, before it opens, and nothing waits for one that is away longer than it is", async () => {
    await start();
    await bed.createAddresses(numbered("kept", 30));
    await bed.createAddresses(["deleted-meanwhile"]);
    const login = await bed.createCredential("app", "a-secret");
    await eventually(() => bed.rows(), (rows) => rows.every(isSettled));
    await eventually(() => bed.row("app", "credential"), isSettled);
    await gateway.running.opened;

    await gateway.stop();
    await bed.deleteAddresses(["deleted-meanwhile"]);
    await eventually(() => bed.rows(), (rows) => rows.length === 30);
    await bed.createAddresses(["made-meanwhile"]);
    const row = await eventually(() => bed.row("made-meanwhile"), (seen) => Boolean(seen?.reason));
    expect(row?.reason).toMatch(/^Waiting for a gateway, which is not there: none of those configured is connected; tried/);

    await gateway.start();
    await gateway.running.opened;
    await eventually(() => bed.row("made-meanwhile"), isSettled);
    await eventually(() => observer.gateway.connected, (connected) => connected);
    await expectEqualSets();
    expect(await observer.loginsAtGateway()).toEqual([login]);
    await bed.sql.query("UPDATE credential SET phase = 'Terminating', generation = generation + 1, next_attempt_at = now()");
    await eventually(() => bed.rows("credential"), (rows) => rows.length === 0);
  });

  it("goes on by its poll when announcements are not heard, and after the database cut all its connections", async () => {
    await start({}, { limits: { ...limits, reconcile: { ...limits.reconcile, pollMs: 100 }, database: { ...limits.database, listenReconnect: { firstMs: 60_000, maxMs: 60_000 } } } });
    await bed.createAddresses(["heard"]);
    await eventually(() => bed.row("heard"), isSettled);
    await bed.sql.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'postroom_provisioner'");
    await bed.createAddresses(["polled"]);
    await eventually(() => bed.row("polled"), isSettled);
    await expectEqualSets();
  });
});

describe("a row that always fails", () => {
  it("holds up no other, becomes Failed with its cause, and comes good when the cause is gone", async () => {
    const brokers: FakeBroker[] = [];
    const quick = { ...limits, reconcile: { ...limits.reconcile, rowMs: 500, backOff: { firstMs: 5, maxMs: 40 } } };
    await start({}, {
      limits: quick,
      drivers: {
        brokers: (events) => {
          brokers.push(new FakeBroker("main", events("main")));
          return brokers;
        },
      },
    });
    await bed.createAddresses(["refused", "hangs", "unanswered-once"]);
    await bed.createAddresses(numbered("fine", 300));
    await eventually(() => bed.rows(), (rows) => rows.filter(isSettled).length === 301);
    const poisoned = await eventually(() => bed.row("refused"), (row) => row?.phase === "Failed");
    expect(poisoned?.reason).toMatch(/refused .+\. Has been tried \d+ times, next try in 1 s\.$/);
    await bed.deleteAddresses(["hangs"]);
    await bed.sql.query("UPDATE address SET name = 'mended', name_key = 'mended' WHERE name = 'refused'");
    await eventually(() => bed.row("mended"), isSettled);
    expect(await bed.row("mended")).toMatchObject({ reason: null, attempts: 0 });
  });
});

describe("a deletion whose broker is gone", () => {
  it("waits for the broker, and goes without it once it is forced", async () => {
    const brokers: FakeBroker[] = [];
    await start({}, {
      limits: { ...limits, reconcile: { ...limits.reconcile, backOff: { firstMs: 5, maxMs: 40 } } },
      drivers: {
        brokers: (events) => {
          brokers.push(new FakeBroker("main", events("main")));
          return brokers;
        },
      },
    });
    await bed.createAddresses(["stuck", "stays"]);
    await eventually(() => bed.rows(), (rows) => rows.length === 2 && rows.every(isSettled));
    brokers[0]!.setConnected(false);
    await bed.deleteAddresses(["stuck"]);
    expect(await eventually(() => bed.row("stuck"), (row) => row?.reason?.includes("Waiting for the broker main") === true)).toMatchObject({ phase: "Terminating" });
    await bed.sql.query("UPDATE address SET is_forced = true, attempts = 0, next_attempt_at = now() WHERE name = 'stuck'");
    await eventually(() => bed.rows(), (rows) => rows.length === 1);
    expect(await bed.row("stays")).toMatchObject({ phase: "Active" });
  });
});

describe("several provisioners, and late ones", () => {
  it("share the work and never do the same row twice", async () => {
    // Patient, so that a slow machine does not make a try time out, which would be a second claim.
    const patient = { ...limits, management: { ...limits.management, requestMs: 60_000 }, reconcile: { ...limits.reconcile, rowMs: 60_000, claimMs: 90_000 } };
    for (let count = 0; count < 3; count++) await start({}, { limits: patient });
    await bed.createAddresses(numbered("shared", 300));
    const rows = await eventually(() => bed.rows(), (all) => all.every(isSettled));
    expect(rows.every(({ claim_epoch: epoch }) => epoch === "1")).toBe(true);
    await expectEqualSets();
  });

  it("refuse the late write of a claim that somebody else has taken over", async () => {
    const database = openDatabase(bed.database.provisionerUrl, limits.database, () => undefined);
    try {
      await bed.createAddresses(["contested"]);
      const take = async (claimedBy: string, claimMs: number) =>
        (await claimAddresses(database, { claimedBy, claimMs, limit: 10 }, null))[0]!;
      const early = await take("early", 1);
      const late = await eventually(() => take("late", 60_000), (row) => row !== undefined);
      expect(Number(late.epoch)).toBe(Number(early.epoch) + 1);
      for (const outcome of [
        { kind: "active", claim: early },
        { kind: "waiting", claim: early, reason: "late", attempts: 9, delayMs: 60_000, failed: true },
        { kind: "gone", claim: early },
      ] as const) {
        expect(await writeOutcomes(database, "address", "early", [outcome])).toEqual({ lost: [early.id], due: [] });
      }
      expect(await bed.row("contested")).toMatchObject({ phase: "Configuring", reason: null, observed_generation: 0, attempts: 0 });
      expect(await writeOutcomes(database, "address", "late", [{ kind: "active", claim: late }])).toEqual({ lost: [], due: [] });
      expect(await bed.row("contested")).toMatchObject({ phase: "Active", observed_generation: 1 });
    } finally {
      await database.end();
    }
  });

  it("keep a wish that came during a claim: deleting wins over a creation that ends later", async () => {
    const database = openDatabase(bed.database.provisionerUrl, limits.database, () => undefined);
    try {
      await bed.createAddresses(["changed-mind"]);
      const [claim] = await claimAddresses(database, { claimedBy: "one", claimMs: 60_000, limit: 1 }, null);
      await bed.deleteAddresses(["changed-mind"]);
      expect(await writeOutcomes(database, "address", "one", [{ kind: "active", claim: claim! }])).toEqual({ lost: [], due: [claim!.id] });
      expect(await bed.row("changed-mind")).toMatchObject({ phase: "Terminating", generation: 2, observed_generation: 1 });
      const [next] = await claimAddresses(database, { claimedBy: "two", claimMs: 60_000, limit: 1 }, null);
      expect(next).toMatchObject({ phase: "Terminating", generation: 2 });
    } finally {
      await database.end();
    }
  });

  it("do nothing with work that a stopped process finds in its hands when it goes on", async () => {
    // A broker behind a proxy that hangs: the claim is taken, the request cannot be answered, the process is stopped past it.
    const proxy = await proxyTo(bed.platform.artemis.host, bed.platform.artemis.port);
    const stopped = await startProvisionerProcess({ ...bed.variables, GATEWAY_MANAGEMENT_URLS: gateway.url, BROKER_URLS: brokerThrough(proxy) });
    disposables.push(stopped);
    await bed.createAddresses(["warm"]);
    await eventually(() => bed.row("warm"), isSettled);
    proxy.hold(true);
    await bed.createAddresses(["late"]);
    await eventually(() => bed.row("late"), (row) => row?.claim_epoch === "1");
    stopped.pause();
    await start();
    await eventually(() => bed.row("late"), isSettled);
    const epoch = (await bed.row("late"))?.claim_epoch;
    await bed.deleteAddresses(["late"]);
    await eventually(() => bed.row("late"), (row) => row === undefined);
    proxy.hold(false);
    stopped.resume();
    await bed.createAddresses(["after"]);
    await eventually(() => bed.row("after"), isSettled);
    expect(Number(epoch)).toBeGreaterThan(1);
    expect((await bed.rows()).map(({ name }) => name).sort()).toEqual(["after", "warm"]);
    expect(await observer.atGateway()).toEqual(["after", "warm"]);
  }, 120_000);
});

describe("a change of mind at speed", () => {
  it("ends as it was asked for last, and what was observed of a row never goes back", async () => {
    const random = randomFrom(faults.seed);
    await start();
    await start();
    const names = numbered("mind", 12);
    const seen = new Map<string, number>();
    const look = async (): Promise<Map<string, TestRow>> => {
      const rows = await bed.rows();
      for (const { id, name, observed_generation: observed } of rows) {
        expect(observed, `${name}, seed ${faults.seed}`).toBeGreaterThanOrEqual(seen.get(id) ?? 0);
        seen.set(id, observed);
      }
      return new Map(rows.map((row) => [row.name, row]));
    };
    for (let round = 0; round < 30; round++) {
      const there = await look();
      const chosen = names.filter(() => random() < 0.5);
      await bed.createAddresses(chosen.filter((name) => !there.has(name)));
      // Also what was made in this very round, and is just being set up.
      await bed.deleteAddresses(chosen.filter(() => random() < 0.6));
    }
    const lastWish = [...(await look()).values()].filter(({ phase }) => phase !== "Terminating").map(({ name }) => name);
    await eventually(look, (rows) => rows.size === lastWish.length && [...rows.values()].every(isSettled));
    expect([...(await look()).keys()].sort(), `seed ${faults.seed}`).toEqual(lastWish.sort());
    await expectEqualSets();
  });
});

describe("kill -9", () => {
  it("at random points of creations and deletions leaves a state that converges, and a second pass changes nothing", async () => {
    const { seed, kills, addresses: count } = faults;
    const random = randomFrom(seed);
    const variables = { ...bed.variables, GATEWAY_MANAGEMENT_URLS: gateway.url };
    const live = new Set<string>();
    let made = 0;
    for (let round = 0; round < kills; round++) {
      const provisioner = await startProvisionerProcess(variables);
      disposables.push(provisioner);
      const fresh = Array.from({ length: Math.ceil(count / kills) }, () => `k${made++}`);
      await bed.createAddresses(fresh);
      for (const name of fresh) live.add(name);
      const doomed = [...live].filter(() => random() < 0.35);
      await bed.deleteAddresses(doomed);
      for (const name of doomed) live.delete(name);
      const moment = random() * 400;
      const startedAt = performance.now();
      await eventually(() => performance.now() - startedAt, (ms) => ms >= moment);
      await provisioner.kill();
    }
    const survivor = await startProvisionerProcess(variables);
    disposables.push(survivor);
    await eventually(() => bed.rows(), (rows) => rows.length === live.size && rows.every(isSettled)).catch((error: Error) => {
      throw new Error(`seed ${seed}: ${error.message}`);
    });
    expect((await bed.rows()).map(({ name }) => name).sort(), `seed ${seed}`).toEqual([...live].sort());
    await expectEqualSets();

    const before = await bed.rows();
    const { code, ms } = await survivor.terminate();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(10_000);
    const again = await start();
    await eventually(() => again.health(), (parts) => Object.values(parts).every(({ ok }) => ok));
    await again.drift.compareAll();
    expect(await bed.rows()).toEqual(before);
    expect(again.drift.repairs).toBe(0);
    expect(again.links[0]?.repairs).toBe(0);
    await expectEqualSets();
  }, 180_000);
});

describe("SIGTERM", () => {
  it("ends the process cleanly while work is under way, and what is left is taken over at once", async () => {
    const variables = { ...bed.variables, GATEWAY_MANAGEMENT_URLS: gateway.url };
    const first = await startProvisionerProcess(variables);
    disposables.push(first);
    await bed.createAddresses(numbered("term", 400));
    await eventually(() => bed.rows(), (rows) => rows.some(isSettled));
    const { code, ms } = await first.terminate();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(10_000);
    expect((await bed.sql.query("SELECT count(*)::int AS held FROM address WHERE claimed_by IS NOT NULL")).rows).toEqual([{ held: 0 }]);
    expect(first.output).not.toContain(bed.platform.env.provisioner.KEYCLOAK_CLIENT_SECRET);
    expect(first.output).not.toContain(bed.platform.artemis.provisioner.password);
    await start();
    await eventually(() => bed.rows(), (rows) => rows.every(isSettled));
    await expectEqualSets();
  });
});
