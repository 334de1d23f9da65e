import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../../provisioner/testing/eventually.ts";

// Debian's rabbitmq-server; the programs in /usr/sbin insist on the user rabbitmq, these do not.
const programs = "/usr/lib/rabbitmq/bin";
const startMs = 120_000;

/** Where a running RabbitMQ is asked. */
export interface RabbitMq {
  /** Its Prometheus metrics of each queue. */
  readonly metricsUrl: string;
  /** Its management API, up to `/api`, and the header that lets one in. */
  readonly apiUrl: string;
  readonly authorization: string;
}

/** As {@link withRabbitMq}, asked for its metrics of each queue. */
export function scrapeRabbitMq<T>(queues: number, scrape: (url: string) => Promise<T>): Promise<T | undefined> {
  return withRabbitMq(queues, ["rabbitmq_prometheus"], ({ metricsUrl }) => scrape(metricsUrl));
}

/**
 * Debian's RabbitMQ on ports of its own, with so many queues, for as long as `use` takes; undefined where it is not installed.
 * All that it writes is in a folder that goes with it.
 */
export async function withRabbitMq<T>(queues: number, plugins: readonly string[], use: (rabbitMq: RabbitMq) => Promise<T>): Promise<T | undefined> {
  if (!existsSync(join(programs, "rabbitmq-server"))) return undefined;
  const home = await mkdtemp(join(tmpdir(), "postroom-bench-rabbitmq-"));
  const [amqp, metrics, management, distribution] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const password = randomBytes(12).toString("hex");
  const definitions = join(home, "definitions.json");
  await writeFile(definitions, JSON.stringify({
    vhosts: [{ name: "/" }],
    users: [{ name: "bench", password, tags: "administrator" }],
    permissions: [{ user: "bench", vhost: "/", configure: ".*", write: ".*", read: ".*" }],
    queues: Array.from({ length: queues }, (_each, index) => ({ name: `queue/${index}`, vhost: "/", durable: true, auto_delete: false, arguments: {} })),
  }));
  await writeFile(join(home, "rabbitmq.conf"), `listeners.tcp.default = 127.0.0.1:${amqp}\nprometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = ${metrics}\n${plugins.includes("rabbitmq_management") ? `management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = ${management}\n` : ""}load_definitions = ${definitions}\n`);
  await writeFile(join(home, "enabled_plugins"), `[${plugins.join(",")}].\n`);
  const server = spawn(join(programs, "rabbitmq-server"), [], {
    stdio: "ignore",
    env: {
      PATH: process.env.PATH ?? "", HOME: home, RABBITMQ_NODENAME: `postroom-bench-${process.pid}@localhost`, RABBITMQ_CONFIG_FILE: join(home, "rabbitmq.conf"),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(home, "enabled_plugins"), RABBITMQ_MNESIA_BASE: join(home, "mnesia"), RABBITMQ_LOG_BASE: join(home, "log"),
      RABBITMQ_DIST_PORT: String(distribution), RABBITMQ_PID_FILE: join(home, "pid"),
    } as unknown as NodeJS.ProcessEnv,
  });
  try {
    const url = `http://127.0.0.1:${metrics}/metrics`;
    const told = async (): Promise<string> => fetch(url).then((answer) => answer.text(), () => "");
    await eventually(told, (text) => new RegExp(`^rabbitmq_queues ${queues}$`, "m").test(text), startMs);
    return await use({ metricsUrl: `${url}/per-object`, apiUrl: `http://127.0.0.1:${management}/api`, authorization: `Basic ${Buffer.from(`bench:${password}`).toString("base64")}` });
  } finally {
    server.kill("SIGTERM");
    if (server.exitCode === null) await new Promise((resolve) => server.once("exit", resolve));
    await rm(home, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
