import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../../provisioner/testing/eventually.ts";

// Debian's rabbitmq-server; the programs in /usr/sbin insist on the user rabbitmq, these do not.
const programs = "/usr/lib/rabbitmq/bin";
const startMs = 120_000;

/**
 * Debian's RabbitMQ on ports of its own, with so many queues, asked for its metrics of each; undefined where it is not installed.
 * All that it writes is in a folder that goes with it.
 */
export async function scrapeRabbitMq<T>(queues: number, scrape: (url: string) => Promise<T>): Promise<T | undefined> {
  if (!existsSync(join(programs, "rabbitmq-server"))) return undefined;
  const home = await mkdtemp(join(tmpdir(), "postroom-bench-rabbitmq-"));
  const [amqp, metrics, distribution] = await Promise.all([freePort(), freePort(), freePort()]);
  const definitions = join(home, "definitions.json");
  await writeFile(definitions, JSON.stringify({
    vhosts: [{ name: "/" }],
    queues: Array.from({ length: queues }, (_each, index) => ({ name: `queue/${index}`, vhost: "/", durable: true, auto_delete: false, arguments: {} })),
  }));
  await writeFile(join(home, "rabbitmq.conf"), `listeners.tcp.default = 127.0.0.1:${amqp}\nprometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = ${metrics}\nload_definitions = ${definitions}\n`);
  await writeFile(join(home, "enabled_plugins"), "[rabbitmq_prometheus].\n");
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
    return await scrape(`${url}/per-object`);
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
