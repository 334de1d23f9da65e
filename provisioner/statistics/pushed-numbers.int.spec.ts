import { afterAll, beforeAll, expect, test } from "vitest";
import type { Change } from "#contracts/changes.ts";
import { TestClient } from "#gateway/test-support/client.ts";
import { watchChanges } from "#server/changes/watch-changes.ts";
import { parseEnv as parseConsoleEnv } from "#server/env.ts";
import { createServices, type Services } from "#server/services.ts";
import type { SpaceContext } from "#server/trpc/procedures.ts";
import { limits } from "../limits.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { startManagementProxy, type ManagementProxy } from "../testing/management-proxy.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";

const secret = "numbers-that-are-pushed";
const person = "0195c000-0000-7000-8000-0000000000aa";
let bed: TestBed;
let gateway: RealGateway;
let proxy: ManagementProxy;
let provisioner: Provisioner;
let services: Services;
let ctx: SpaceContext;
let client: TestClient;
/** Management requests that the broker was asked. */
let asked = 0;

const isReady = async (): Promise<boolean> => Object.values(await provisioner.health()).every(({ ok }) => ok);

beforeAll(async () => {
  bed = await createTestBed();
  gateway = await startRealGateway(bed.platform);
  const [broker] = bed.env().BROKER_URLS;
  proxy = await startManagementProxy(broker!, "activemq.management", () => {
    asked += 1;
    return "given";
  });
  provisioner = await startProvisioner({
    // The test says when: its passes are the only ones, and nothing else asks meanwhile.
    env: bed.env({ BROKER_URLS: `${broker!.name}=amqp://${broker!.username}:${encodeURIComponent(broker!.password)}@127.0.0.1:${proxy.port}`, GATEWAY_MANAGEMENT_URLS: gateway.url, STATISTICS_INTERVAL_SECONDS: "300" }),
    log: testLog,
    limits: { ...limits, drift: { ...limits.drift, intervalMs: 3_600_000 } },
  });
  await bed.createAddresses(["orders", "idle"], "queue-small");
  const login = await bed.createCredential("app", secret);
  await eventually(async () => [...(await bed.rows()), ...(await bed.rows("credential"))], (rows) => rows.every(({ phase }) => phase === "Active"));
  await eventually(isReady, Boolean);
  await provisioner.sampler.pass();
  const { rows: [tenant] } = await bed.sql.query<{ id: string }>("SELECT id FROM tenant WHERE slug = $1", [bed.tenant]);
  await bed.sql.query("INSERT INTO membership (id, tenant_id, user_id, email, role) VALUES (uuidv7(), $1, $2, 'watcher@test', 'viewer')", [tenant!.id, person]);
  services = createServices(parseConsoleEnv({ ...bed.platform.env.console, DATABASE_URL: bed.database.consoleUrl, LOG_LEVEL: "silent" }));
  ctx = {
    services, roles: ["viewer"],
    person: { userId: person, email: "watcher@test", name: "", platformRoles: [], expiresAt: new Date(Date.now() + 3_600_000), confirmLogin: async () => undefined },
    tenant: { id: tenant!.id, slug: bed.tenant, name: bed.tenant, closure: null }, space: { id: bed.spaceRowId, slug: "main", name: "Main", phase: "Active" },
    inTenant: (work) => services.database.withTenant(tenant!.id, person, work),
  };
  client = await TestClient.connect({ port: gateway.running.ports.amqp as number, username: login, password: secret });
});
afterAll(async () => {
  await client?.[Symbol.asyncDispose]();
  await services?.close();
  await provisioner?.stop();
  await proxy?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
  await bed?.[Symbol.asyncDispose]();
});

interface Watch extends AsyncDisposable {
  readonly changes: Change[];
}

/** What one open browser is told. */
function watch(): Watch {
  const changes: Change[] = [];
  const stop = new AbortController();
  const done = (async () => {
    for await (const change of watchChanges(ctx, stop.signal)) changes.push(change);
  })();
  return {
    changes,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
    },
  };
}

/** Opens so many streams, all of which are told of changes, and has told of none yet when it returns. */
async function watched(count: number, stack: AsyncDisposableStack): Promise<Watch[]> {
  const streams = Array.from({ length: count }, () => stack.use(watch()));
  await eventually(async () => {
    await bed.sql.query("UPDATE address SET reason = clock_timestamp()::text WHERE name = 'idle'");
    return streams;
  }, (all) => all.every(({ changes }) => changes.some(({ noun }) => noun === "address")));
  await bed.sql.query("UPDATE address SET reason = NULL WHERE name = 'idle'");
  const isOver = ({ changes }: Watch) => changes.some((change) => change.noun === "address" && change.resource?.reason === null);
  await eventually(async () => streams, (all) => all.every(isOver));
  for (const { changes } of streams) changes.splice(0);
  return streams;
}

const numbersTold = ({ changes }: Watch) => changes.flatMap((change) => (change.noun === "statistics" ? change.resources : []));

/** How much a pass asks the broker when one address has changed while so many streams are open; each of them is told of that one. */
async function askedWith(streams: number): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const open = await watched(streams, stack);
  const sender = await client.sender("orders");
  expect(await client.send(sender, { body: "one more" })).toBe("accepted");
  const before = asked;
  expect(await provisioner.sampler.pass()).toMatchObject({ changed: 1 });
  await eventually(async () => open, (all) => all.every((each) => numbersTold(each).length > 0));
  const { rows: [row] } = await bed.sql.query<{ id: string; depth: number }>("SELECT address_id AS id, depth::int FROM address_statistics WHERE name = 'orders'");
  for (const each of open) expect(numbersTold(each)).toEqual([expect.objectContaining({ addressId: row!.id, depth: row!.depth })]);
  return asked - before;
}

test("a pass pushes the row that changed, and that alone, to every open browser; fifty of them cost the broker no more than one", async () => {
  // The first one learns how old the first message is.
  await askedWith(1);
  const one = await askedWith(1);
  expect(one).toBeGreaterThan(0);
  expect(await askedWith(50)).toBe(one);
});
