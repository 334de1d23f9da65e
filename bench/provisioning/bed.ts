import { createServer, type AddressInfo } from "node:net";
import { startGatewayProcess, startProvisionerProcess, type OwnProcess } from "../../provisioner/testing/own-process.ts";
import { startOwnArtemis, type OwnArtemis } from "../../provisioner/testing/own-artemis.ts";
import { createTestBed, type TestBed } from "../../provisioner/testing/test-bed.ts";
import { eventually } from "../../provisioner/testing/eventually.ts";

/** The real parts, each a process of its own: Postgres and Keycloak of the test platform, an Artemis and a gateway of our own. */
export interface ProvisioningBed extends AsyncDisposable {
  readonly test: TestBed;
  readonly artemis: OwnArtemis;
  provisioner: OwnProcess;
  /** Where programs log in, and where the provisioner answers about itself. */
  readonly ports: { readonly amqp: number; readonly health: number };
  /** Starts a provisioner, with these variables beside its own, and resolves with the milliseconds until it said that it was ready. */
  startProvisioner(changes?: Readonly<Record<string, string>>): Promise<number>;
  /** Milliseconds until the database says that so many addresses are Active and no other is there. */
  untilActive(count: number, timeoutMs?: number): Promise<number>;
}

export async function makeBed(): Promise<ProvisioningBed> {
  const test = await createTestBed();
  const artemis = await startOwnArtemis();
  const [managementPort, amqpPort, gatewayHealthPort, healthPort] = await freePorts(4);
  const gatewayVariables = test.platform.env.gateway as Record<string, string>;
  const gateway = await startGatewayProcess({
    ...gatewayVariables,
    BROKER_URLS: artemis.url.replace("provisioner:", "gateway:"),
    MANAGEMENT_PORT: String(managementPort),
    AMQP_PORT: String(amqpPort),
    HEALTH_PORT: String(gatewayHealthPort),
    AMQPS_PORT: "",
    WEBSOCKET_PORT: "",
    SECURE_WEBSOCKET_PORT: "",
  });
  const variables = {
    ...test.variables,
    BROKER_URLS: artemis.url,
    GATEWAY_MANAGEMENT_URLS: `main=amqp://${gatewayVariables.MANAGEMENT_USERNAME}:${encodeURIComponent(gatewayVariables.MANAGEMENT_PASSWORD ?? "")}@127.0.0.1:${managementPort}`,
    HEALTH_PORT: String(healthPort),
  };
  const startProvisioner = async (changes: Readonly<Record<string, string>> = {}) => {
    const startedAt = performance.now();
    bed.provisioner = await startProvisionerProcess({ ...variables, ...changes });
    await eventually(() => fetch(`http://127.0.0.1:${healthPort}/health`).then(({ ok }) => ok, () => false), (ok) => ok, 60_000);
    return performance.now() - startedAt;
  };
  const bed: ProvisioningBed = {
    test,
    artemis,
    ports: { amqp: amqpPort as number, health: healthPort as number },
    provisioner: undefined as unknown as OwnProcess,
    startProvisioner,
    untilActive: async (count, timeoutMs = 180_000) => {
      const startedAt = performance.now();
      // The cheap question first: counting thousands of rows over and over would slow down what is measured.
      await eventually(() => isAnyUnderWay(test), (isAny) => !isAny, timeoutMs);
      await eventually(() => countPhases(test), ({ active, other }) => active === count && other === 0, timeoutMs);
      return performance.now() - startedAt;
    },
    [Symbol.asyncDispose]: async () => {
      await bed.provisioner.terminate();
      await gateway.terminate();
      await artemis[Symbol.asyncDispose]();
      await test[Symbol.asyncDispose]();
    },
  };
  await startProvisioner();
  await eventually(() => test.rows("address_space"), (spaces) => spaces.every(({ phase }) => phase === "Active"));
  return bed;
}

async function isAnyUnderWay({ sql }: TestBed): Promise<boolean> {
  return (await sql.query("SELECT 1 FROM address WHERE phase <> 'Active' LIMIT 1")).rowCount === 1;
}

async function countPhases({ sql }: TestBed): Promise<{ active: number; other: number }> {
  const { rows } = await sql.query<{ active: number; other: number }>(
    "SELECT count(*) FILTER (WHERE phase = 'Active')::int AS active, count(*) FILTER (WHERE phase <> 'Active')::int AS other FROM address",
  );
  return rows[0]!;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ports.push((server.address() as AddressInfo).port);
  }
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  return ports;
}
