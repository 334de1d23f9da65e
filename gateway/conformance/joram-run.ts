import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { loadPlatform } from "../../platform/test-platform.ts";
import { ApplicationLogins } from "./support/application-logins.ts";
import { GatewayProcess } from "./support/gateway-process.ts";
import { TestBroker } from "./support/test-broker.ts";

const run = promisify(execFile);
const project = join(import.meta.dirname, "joram");
const cache = join(import.meta.dirname, "..", "..", "node_modules", ".cache", "postroom");
const runMilliseconds = 300_000;
const space = "conformance.joram";

/** Outcome of every case: undefined when it passed, else why not. */
export type JoramResult = ReadonlyMap<string, string | undefined>;

/** What the cases need made: answers the name under which a client reaches it. */
interface Destinations {
  create(type: "queue" | "topic", name: string): Promise<string>;
  remove(name: string): Promise<void>;
}

let classPath: Promise<string> | undefined;

/** Fetches Joram's cases and Qpid JMS from Maven Central and compiles our part, unless that was done. @returns the class path */
async function buildJoram(): Promise<string> {
  const hash = createHash("sha256");
  const files = (await readdir(project, { recursive: true, withFileTypes: true })).filter((file) => file.isFile() && !file.parentPath.includes("target"));
  for (const file of files) hash.update(file.name).update(await readFile(join(file.parentPath, file.name)));
  const folder = join(cache, `joram-${hash.digest("hex").slice(0, 16)}`);
  if (!existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`;
    await mkdir(unfinished, { recursive: true });
    await run("mvn", ["--batch-mode", "--quiet", "--file", join(project, "pom.xml"), "dependency:copy-dependencies", `-DoutputDirectory=${unfinished}`], { timeout: 300_000 });
    const sources = files.filter((file) => file.name.endsWith(".java")).map((file) => join(file.parentPath, file.name));
    await run("javac", ["--release", "17", "-cp", join(unfinished, "*"), "-d", unfinished, ...sources], { timeout: 120_000 });
    await cp(join(project, "src", "main", "resources"), unfinished, { recursive: true });
    await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true }));
  }
  return `${folder}:${join(folder, "*")}`;
}

/** Runs the cases straight at the test platform's Artemis: what fails here is not the gateway's. May run beside the other. */
export async function runJoramStraight(): Promise<JoramResult> {
  const platform = await loadPlatform();
  const { host, port, provisioner, gateway } = platform.artemis;
  await using broker = await TestBroker.connect(`amqp://${provisioner.username}:${provisioner.password}@${host}:${port}`, `${space}.straight`);
  const destinations: Destinations = {
    create: (type, name) => (type === "queue" ? broker.createQueue(name) : broker.createTopic(name)),
    remove: (name) => broker.deleteAddress(`${space}.straight.${name}`),
  };
  return await runCases(destinations, `${host}:${port}`, gateway.username, gateway.password);
}

/** Runs the cases through a gateway in front of the same broker. */
export async function runJoramThroughGateway(): Promise<JoramResult> {
  const platform = await loadPlatform();
  const { host, port, provisioner } = platform.artemis;
  await using broker = await TestBroker.connect(`amqp://${provisioner.username}:${provisioner.password}@${host}:${port}`, `${space}.q`);
  await using logins = new ApplicationLogins(platform);
  await using gateway = await GatewayProcess.start(platform);
  const login = await logins.create(`${space}.joram`);
  await gateway.createSpace(space);
  await gateway.createCredential(login.user, space);
  await gateway.synchronize();
  const destinations: Destinations = {
    create: async (type, name) => {
      const brokerAddress = await (type === "queue" ? broker.createQueue(name) : broker.createTopic(name));
      await gateway.createAddress(space, name, type, brokerAddress);
      return name;
    },
    remove: async (name) => {
      await gateway.deleteAddress(space, name);
      await broker.deleteAddress(`${space}.q.${name}`);
    },
  };
  return await runCases(destinations, `127.0.0.1:${gateway.ports.amqp}`, login.user, login.password);
}

async function runCases(destinations: Destinations, host: string, user: string, password: string): Promise<JoramResult> {
  classPath ??= buildJoram();
  const control = await serve(destinations);
  const controlUrl = `http://127.0.0.1:${(control.address() as { port: number }).port}`;
  const query = new URLSearchParams({ "jms.username": user, "jms.password": password, "jms.closeTimeout": "5000", "jms.requestTimeout": "10000", "jms.connectTimeout": "10000" });
  const child = spawn("java", ["-Xmx256m", `-Dcontrol.url=${controlUrl}`, `-Dconnection.url=amqp://${host}?${query}`, "-cp", await classPath, "postroom.JoramRun"], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: runMilliseconds,
    killSignal: "SIGKILL",
  });
  const result = new Map<string, string | undefined>();
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint = (complaint + text).slice(-2000)));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [, outcome, name, reason] = /^CASE (ok|failed) (\S+) ?(.*)$/.exec(line) ?? [];
    if (name !== undefined) result.set(name, outcome === "ok" ? undefined : reason);
  });
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  control.close();
  if (status !== 0) throw new Error(`Joram's cases ended with ${status} after ${result.size} cases: ${complaint}`);
  return result;
}

/** `POST|DELETE /queue|topic/NAME` on a port of its own, for the Java side. */
async function serve(destinations: Destinations): Promise<Server> {
  const server = createServer((request, response) => {
    const [, type, name] = request.url!.split("/") as [string, "queue" | "topic", string];
    const work = request.method === "POST" ? destinations.create(type, name) : destinations.remove(name).then(() => "");
    work.then(
      (answer) => response.end(answer),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
