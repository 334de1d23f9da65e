import { createServer, type AddressInfo } from "node:net";
import { queueOf } from "../drivers/artemis/address-settings.ts";
import { ArtemisDriver } from "../drivers/artemis/artemis-driver.ts";
import { AmqpGatewayDriver } from "../drivers/gateway/amqp-gateway-driver.ts";
import type { NamedEndpoint } from "../env.ts";
import { limits } from "../limits.ts";
import { eventually } from "../testing/eventually.ts";
import { startOwnArtemis, type OwnArtemis } from "../testing/own-artemis.ts";
import { startGatewayProcess, startProvisionerLike, startProvisionerProcess, type OwnProcess } from "../testing/own-process.ts";
import { startTcpProxy, type TcpProxy } from "../testing/tcp-proxy.ts";
import { createTestBed, type TestBed, type TestRow } from "../testing/test-bed.ts";
import { openWorkWindow } from "../work-window.ts";

/** After this without convergence a run is hung, in milliseconds; {@link FaultBed.converged} says how long it really took. */
const hungMs = 150_000;

/** Real parts, each a process of its own that can be killed: an Artemis, a gateway, a provisioner, and Postgres behind a proxy. */
export interface FaultBed extends AsyncDisposable {
  readonly test: TestBed;
  readonly artemis: OwnArtemis;
  readonly broker: ArtemisDriver;
  readonly postgres: TcpProxy;
  /** Names of the addresses that are asked for now. */
  readonly wanted: Set<string>;
  /** Starts the provisioner, or one that dies at the boundary with this number. */
  startProvisioner(changes?: { readonly variables?: Record<string, string>; readonly boundary?: number }): Promise<OwnProcess>;
  restartGateway(): Promise<void>;
  /**
   * Resolves, with the seconds from now until it was so, when Postgres has what is wanted, and broker and gateway have what
   * Postgres says. @throws Error with what differs when it does not come
   */
  converged(): Promise<number>;
  /** Starts a provisioner anew and compares everything twice. @throws Error when anything changed */
  secondPass(): Promise<void>;
}

export async function startFaultBed(): Promise<FaultBed> {
  await using stack = new AsyncDisposableStack();
  const test = stack.use(await createTestBed());
  const artemis = stack.use(await startOwnArtemis());
  const database = new URL(test.variables.DATABASE_URL as string);
  const postgres = stack.use(await startTcpProxy(database.hostname, Number(database.port)));
  database.host = `127.0.0.1:${postgres.port}`;
  const [managementPort, amqpPort, gatewayHealthPort, healthPort] = (await freePorts(4)) as [number, number, number, number];
  const shared = test.platform.env.gateway as Record<string, string>;
  const gatewayVariables = {
    ...shared,
    BROKER_URLS: artemis.url.replace("provisioner:", "gateway:"),
    MANAGEMENT_PORT: String(managementPort),
    AMQP_PORT: String(amqpPort),
    HEALTH_PORT: String(gatewayHealthPort),
    AMQPS_PORT: "",
    WEBSOCKET_PORT: "",
    SECURE_WEBSOCKET_PORT: "",
  };
  const endpoint: NamedEndpoint = { name: "main", host: "127.0.0.1", port: managementPort, username: shared.MANAGEMENT_USERNAME ?? "", password: shared.MANAGEMENT_PASSWORD ?? "" };
  const variables = {
    ...test.variables,
    DATABASE_URL: database.href,
    BROKER_URLS: artemis.url,
    GATEWAY_MANAGEMENT_URLS: `main=amqp://${endpoint.username}:${encodeURIComponent(endpoint.password)}@127.0.0.1:${managementPort}`,
    HEALTH_PORT: String(healthPort),
  };
  let gatewayProcess = await startGatewayProcess(gatewayVariables);
  stack.defer(() => gatewayProcess.kill());
  const processes: OwnProcess[] = [];
  stack.defer(async () => void (await Promise.all(processes.map((each) => each.kill()))));
  const broker = new ArtemisDriver(artemis.endpoint, limits);
  const gateway = new AmqpGatewayDriver(endpoint, limits);
  broker.start();
  gateway.start();
  stack.defer(async () => void (await Promise.all([broker.close(), gateway.close()])));

  const differences = async (): Promise<string[]> => {
    const rows = await test.rows();
    const found = rows.filter((row) => !isSettled(row)).map(({ name, phase, reason }) => `${name} is ${phase} (${reason})`);
    if (found.length > 0) return found;
    const [onBroker, atGateway] = await Promise.all([broker.listAddresses(openWorkWindow(30_000)), gateway.list("address", openWorkWindow(30_000))]).catch((error: Error) => [error.message, []] as const);
    if (typeof onBroker === "string") return [onBroker];
    const names = { Postgres: rows.map(({ name }) => name), broker: onBroker.map(({ brokerAddress }) => queueOf(brokerAddress).split(".").slice(3).join(".")), gateway: atGateway.map(({ name }) => name.slice(name.indexOf("/") + 1)) };
    for (const [place, there] of Object.entries(names)) {
      const held = new Set(there);
      if (held.size !== there.length) found.push(`${place} has addresses twice`);
      found.push(...[...bed.wanted].filter((name) => !held.has(name)).map((name) => `${place} lacks ${name}`));
      found.push(...there.filter((name) => !bed.wanted.has(name)).map((name) => `${place} still has ${name}`));
    }
    const others = [...(await test.rows("credential")), ...(await test.rows("address_space"))];
    return [...found, ...others.filter((row) => !isSettled(row)).map(({ name, phase, reason }) => `${name} is ${phase} (${reason})`)];
  };
  const ready = () => eventually(() => fetch(`http://127.0.0.1:${healthPort}/health`).then(({ ok }) => ok, () => false), (ok) => ok, hungMs);
  const owned = stack.move();
  const bed: FaultBed = {
    test,
    artemis,
    broker,
    postgres,
    wanted: new Set(),
    startProvisioner: async ({ variables: changed = {}, boundary } = {}) => {
      const all = { ...variables, ...changed };
      const process = boundary === undefined ? await startProvisionerProcess(all) : await startProvisionerLike("provisioner/faults/dying-provisioner.ts", [String(boundary)], all);
      processes.push(process);
      return process;
    },
    restartGateway: async () => {
      await gatewayProcess.kill();
      gatewayProcess = await startGatewayProcess(gatewayVariables);
    },
    converged: async () => {
      const startedAt = performance.now();
      await eventually(differences, (found) => found.length === 0, hungMs);
      return (performance.now() - startedAt) / 1000;
    },
    secondPass: async () => {
      const before = JSON.stringify(await test.rows());
      await Promise.all(processes.splice(0).map((each) => each.kill()));
      const again = await bed.startProvisioner();
      await ready();
      await eventually(() => again.output, (output) => output.includes("broker compared"), hungMs);
      const repairs = [...again.output.matchAll(/"(?:told|removed|addresses|settings)":(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
      await again.kill();
      if (repairs > 0) throw new Error(`A second pass repaired ${repairs} things.`);
      if (JSON.stringify(await test.rows()) !== before) throw new Error("A second pass changed rows.");
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
  const first = await bed.startProvisioner();
  await ready();
  await eventually(() => test.rows("address_space"), (spaces) => spaces.every(isSettled), hungMs);
  await first.kill();
  return bed;
}

export function isSettled(row: TestRow | undefined): boolean {
  return row?.phase === "Active" && row.observed_generation === row.generation;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  return ports;
}
