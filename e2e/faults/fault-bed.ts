import { randomBytes } from "node:crypto";
import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";
import { Client } from "pg";
import type { PublicError } from "#contracts/errors.ts";
import { healthSchema, type Health } from "#contracts/health.ts";
import { personToken } from "#platform/person-token.ts";
import type { PlatformFile } from "#platform/platform-file.ts";
import { postroomProcesses } from "#platform/postroom-processes.ts";
import { resolveProfile, type Ports } from "#platform/profile.ts";
import { createTestDatabase, loadPlatform } from "#platform/test-platform.ts";
import { demoPeople } from "#prisma/demo-people.ts";
import { observe, type Observer } from "#provisioner/testing/observer.ts";
import { startTcpProxy, type TcpProxy } from "#provisioner/testing/tcp-proxy.ts";
import type { AppRouter } from "#server/trpc/app-router.ts";
import { startForwardProxy } from "../support/forward-proxy.ts";
import { startTlsProxy } from "../support/tls-proxy.ts";
import { freePorts, TestProcess } from "../support/processes.ts";
import { registerConsoleClient, type ConsoleClient } from "./console-client.ts";

export type Api = ReturnType<typeof createTRPCClient<AppRouter>>;

const consoleBuild = ".next-test";
const requestMs = 20_000;
const readySeconds = 45;

/**
 * A whole Postroom of a test's own: console, provisioner and gateway as processes on free ports, with a database and a tenant of
 * its own, on the shared test platform's PostgreSQL, Keycloak and Artemis. These are reached through proxies, so that a test
 * can take each of them away from these processes while others go on using them; so is the gateway by browsers.
 */
export interface FaultBed extends AsyncDisposable {
  readonly platform: PlatformFile;
  /** A space with the plan `business` of a tenant whose tenant-admin is owner@acme.test and whose developer is dev@acme.test. */
  readonly scope: { readonly tenant: string; readonly space: string };
  readonly consoleUrl: string;
  readonly postgres: TcpProxy;
  readonly keycloak: TcpProxy;
  readonly artemis: TcpProxy;
  /** Between browsers and the gateway. */
  readonly webSocket: TcpProxy;
  readonly console: TestProcess;
  readonly provisioner: TestProcess;
  readonly gateway: TestProcess;
  readonly client: ConsoleClient;
  /** A token that its console was given at the start and that has expired when a minute has passed since. */
  readonly expiringToken: string;
  /** What is really on the broker and at the gateway. */
  readonly observer: Observer;
  /** The database as its superuser sees it, past the proxy. */
  readonly sql: Client;
  /** The console's API as this person sees it, from a real login; null: nobody. */
  api(email: string | null): Promise<Api>;
  apiWithToken(token: string): Api;
  healthOf(name: "console" | "provisioner" | "gateway"): Promise<Health>;
}

/**
 * Starts it all; about 5 s.
 * @param tls the console is reached by https at this name, and the gateway by secure WebSockets, with this certificate
 * @throws Error when a part of the platform or a process does not come up; nothing is left behind
 */
export async function startFaultBed(tls?: TlsOptions): Promise<FaultBed> {
  await using stack = new AsyncDisposableStack();
  const shared = await loadPlatform();
  const database = stack.use(await createTestDatabase({ demo: true }));
  const sql = new Client({ connectionString: database.adminUrl });
  await sql.connect();
  stack.defer(() => sql.end());
  const scope = await makeTenant(sql);

  const { ports: at } = shared;
  const [postgres, artemis, forward] = await Promise.all([
    startTcpProxy("127.0.0.1", at.postgres),
    startTcpProxy(shared.artemis.host, shared.artemis.port),
    startForwardProxy(new URL(shared.keycloak.url).host),
  ]);
  for (const proxy of [postgres, artemis, forward]) stack.use(proxy);
  const keycloak = stack.use(await startTcpProxy("127.0.0.1", forward.port));

  const free = await freePorts(7);
  const webSocket = stack.use(await startTcpProxy("127.0.0.1", free[0]!));

  const { ports, platform } = describeOwn(shared, database, { postgres, artemis, keycloak, webSocket }, free, tls);
  if (tls) stack.use(await startTlsProxy(new URL(platform.env.console.CONSOLE_URL!).port, ports.console, tls));
  const client = stack.use(await registerConsoleClient(platform));
  const expiringToken = await client.shortLivedToken("dev@acme.test");

  const profile = { ...resolveProfile("test", {}), ports };
  const processes = postroomProcesses(profile, platform, { isDevelopment: false, distDirectory: consoleBuild }).map((command) => stack.use(new TestProcess({ ...command, readySeconds })));
  const [console, provisioner, gateway] = processes as [TestProcess, TestProcess, TestProcess];
  await Promise.all(processes.map((each) => each.start()));
  const management = { name: "main", host: "127.0.0.1", port: ports.management, username: platform.env.gateway.MANAGEMENT_USERNAME!, password: platform.env.gateway.MANAGEMENT_PASSWORD! };
  const observer = stack.use(await observe({ platform, space: `${scope.tenant}.${scope.space}` }, management));

  const consoleUrl = platform.env.console.CONSOLE_URL!;
  const consoleItself = `http://localhost:${ports.console}`;
  const apiWithToken = (token: string | null): Api =>
    createTRPCClient<AppRouter>({
      links: [
        httpLink({
          url: `${consoleItself}/api/trpc`,
          headers: token === null ? {} : { authorization: `Bearer ${token}` },
          fetch: (url, init) => fetch(url, { ...(init as RequestInit), signal: AbortSignal.timeout(requestMs) }),
        }),
      ],
    });
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (email: string): Promise<string> => {
    const token = tokens.get(email) ?? personToken(platform, email);
    tokens.set(email, token);
    return token;
  };
  const healthUrls = {
    console: `${consoleItself}/api/health`,
    provisioner: `http://127.0.0.1:${ports.provisionerHealth}/health`,
    gateway: `http://127.0.0.1:${ports.gatewayHealth}/health`,
  };
  const owned = stack.move();
  return {
    platform,
    scope,
    consoleUrl,
    postgres,
    keycloak,
    artemis,
    webSocket,
    console,
    provisioner,
    gateway,
    client,
    expiringToken,
    observer,
    sql,
    api: async (email) => apiWithToken(email === null ? null : await tokenOf(email)),
    apiWithToken,
    healthOf: async (name) => healthSchema.parse(await (await fetch(healthUrls[name], { signal: AbortSignal.timeout(requestMs) })).json()),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The public error with which a call fails. @throws Error when it succeeds, or fails without one */
export async function failureOf(call: Promise<unknown>): Promise<PublicError> {
  const error = await call.then(
    () => new Error("The call was expected to fail, and succeeded."),
    (thrown: unknown) => thrown,
  );
  const data: unknown = error instanceof TRPCClientError ? error.data : undefined;
  if (typeof data === "object" && data !== null && "postroom" in data) return data.postroom as PublicError;
  throw error;
}

async function makeTenant(sql: Client): Promise<{ tenant: string; space: string }> {
  const tenant = `faults-${randomBytes(4).toString("hex")}`;
  const space = "main";
  const made = await sql.query<{ id: string }>("INSERT INTO tenant (id, slug, name) VALUES (uuidv7(), $1, 'Faults') RETURNING id", [tenant]);
  const tenantId = made.rows[0]?.id;
  for (const { id, email, role } of demoPeople.filter((person) => ["owner@acme.test", "dev@acme.test"].includes(person.email))) {
    await sql.query("INSERT INTO membership (tenant_id, user_id, email, role) VALUES ($1, $2, $3, $4)", [tenantId, id, email, role]);
  }
  await sql.query("INSERT INTO address_space (id, tenant_id, slug, name, plan_id, created_by) VALUES (uuidv7(), $1, $2, 'Main', 'business', 'test')", [tenantId, space]);
  return { tenant, space };
}

/** What https and secure WebSockets need, as files. */
export interface TlsOptions {
  readonly host: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** The platform as the processes of this bed are to see it: through the proxies, on ports of their own. */
function describeOwn(
  shared: PlatformFile,
  database: { readonly consoleUrl: string; readonly provisionerUrl: string },
  proxies: { readonly postgres: TcpProxy; readonly artemis: TcpProxy; readonly keycloak: TcpProxy; readonly webSocket: TcpProxy },
  free: readonly number[],
  tls: TlsOptions | undefined,
): { ports: Ports; platform: PlatformFile } {
  const [webSocket, console, amqp, management, gatewayHealth, provisionerHealth, https] = free as [number, number, number, number, number, number, number];
  const ports: Ports = { ...shared.ports, console, amqp, webSocket, management, gatewayHealth, provisionerHealth };
  const consoleUrl = tls ? `https://${tls.host}:${https}` : `http://localhost:${console}`;
  const through = (url: string): string => {
    const changed = new URL(url);
    changed.port = String(proxies.postgres.port);
    return changed.href;
  };
  const brokers = (user: { readonly username: string; readonly password: string }): string => `main=amqp://${user.username}:${user.password}@127.0.0.1:${proxies.artemis.port}`;
  const keycloakProxy = { NODE_USE_ENV_PROXY: "1", HTTP_PROXY: `http://127.0.0.1:${proxies.keycloak.port}` };
  const { env } = shared;
  const platform: PlatformFile = {
    ...shared,
    ports,
    env: {
      console: {
        ...env.console,
        ...keycloakProxy,
        PORT: String(console),
        CONSOLE_URL: consoleUrl,
        DATABASE_URL: through(database.consoleUrl),
        KEYCLOAK_CLIENT_ID: `console-faults-${randomBytes(4).toString("hex")}`,
        AMQP_PUBLIC_URL: `amqp://localhost:${amqp}`,
        AMQPS_PUBLIC_URL: "",
        WEBSOCKET_PUBLIC_URL: tls ? "" : `ws://localhost:${proxies.webSocket.port}/amqp`,
        SECURE_WEBSOCKET_PUBLIC_URL: tls ? `wss://${tls.host}:${webSocket}/amqp` : "",
        TRUSTED_PROXIES: tls ? "1" : "0",
        METRICS_PORT: "",
      },
      provisioner: {
        ...env.provisioner,
        ...keycloakProxy,
        DATABASE_URL: through(database.provisionerUrl),
        BROKER_URLS: brokers(shared.artemis.provisioner),
        GATEWAY_MANAGEMENT_URLS: env.provisioner.GATEWAY_MANAGEMENT_URLS!.replace(/:\d+$/, `:${management}`),
        HEALTH_PORT: String(provisionerHealth),
      },
      gateway: {
        ...env.gateway,
        ...keycloakProxy,
        BROKER_URLS: brokers(shared.artemis.gateway),
        MANAGEMENT_PORT: String(management),
        AMQP_PORT: String(amqp),
        AMQPS_PORT: "",
        WEBSOCKET_PORT: tls ? "" : String(webSocket),
        SECURE_WEBSOCKET_PORT: tls ? String(webSocket) : "",
        ...(tls ? { TLS_CERTIFICATE_FILE: tls.certificateFile, TLS_PRIVATE_KEY_FILE: tls.keyFile } : {}),
        WEBSOCKET_ORIGINS: consoleUrl,
        HEALTH_PORT: String(gatewayHealth),
      },
    },
  };
  return { ports, platform };
}
