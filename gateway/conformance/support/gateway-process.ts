import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import rhea from "rhea";
import { type GatewayAddress, gatewayAddressName, type GatewayCredential, gatewayEntityTypes, type GatewaySpace } from "#contracts/gateway-management.ts";
import { gatewayProgram } from "../../../platform/gateway-program.ts";
import { projectDirectory } from "../../../platform/profile.ts";
import type { PlatformFile } from "../../../platform/platform-file.ts";
import { ManagementNode, type ManagementReply } from "./management-node.ts";

const startMilliseconds = 20_000;
const pollMilliseconds = 20;
const clockTicksPerSecond = 100;
/** The last output kept for the message of a gateway that ended. */
const keptOutputCharacters = 4000;

export interface GatewayPorts {
  readonly amqp: number;
  readonly amqps: number;
  readonly webSocket: number;
  readonly secureWebSocket: number;
  readonly management: number;
  readonly health: number;
}

/** A gateway of a test's own: the program as a child process on free ports, against the test platform's Artemis and Keycloak. */
export class GatewayProcess implements AsyncDisposable {
  readonly ports: GatewayPorts;
  readonly #child: ChildProcess;
  #management: ManagementNode;
  #output = "";
  #generation = 1;

  private constructor(child: ChildProcess, ports: GatewayPorts, management: ManagementNode) {
    this.#child = child;
    this.ports = ports;
    this.#management = management;
  }

  /**
   * Starts it and connects to its management; clients are let in after {@link synchronize}.
   * @param former ports of one one in whose place it comes; free ones unless told
   * @param logFile descriptor of the file for its log, which is then not in {@link output}
   * @throws Error with the process' last output when it ends or does not live within 20 s
   */
  static async start(platform: PlatformFile, env: Readonly<Record<string, string>> = {}, former?: GatewayPorts, logFile?: number): Promise<GatewayProcess> {
    const ports = former ?? (await freeGatewayPorts());
    const { amqp, amqps, webSocket, secureWebSocket, management, health } = ports;
    const child = spawn(process.execPath, [...process.execArgv.filter((argument) => argument.startsWith("--cpu-prof")), ...gatewayProgram], {
      cwd: projectDirectory,
      stdio: ["ignore", logFile ?? "pipe", "pipe"],
      env: {
        ...process.env,
        ...platform.env.gateway,
        AMQP_PORT: String(amqp),
        AMQPS_PORT: String(amqps),
        WEBSOCKET_PORT: String(webSocket),
        SECURE_WEBSOCKET_PORT: String(secureWebSocket),
        MANAGEMENT_PORT: String(management),
        HEALTH_PORT: String(health),
        LOG_LEVEL: "warn",
        ...env,
      },
    });
    let output = "";
    const outputs = [child.stdout, child.stderr].filter((stream) => stream !== null);
    for (const stream of outputs) stream.setEncoding("utf8").on("data", (text: string) => (output = (output + text).slice(-keptOutputCharacters)));
    try {
      const deadline = Date.now() + startMilliseconds;
      while (!(await answers(`http://127.0.0.1:${health}/health/live`))) {
        if (child.exitCode !== null) throw new Error("The gateway ended at its start.");
        if (Date.now() > deadline) throw new Error("The gateway does not answer its health port.");
        await delay(pollMilliseconds);
      }
      const { MANAGEMENT_USERNAME: user, MANAGEMENT_PASSWORD: password } = platform.env.gateway;
      const node = await ManagementNode.connect(`amqp://${user}:${password}@127.0.0.1:${management}`, "$management");
      const gateway = new GatewayProcess(child, ports, node);
      for (const stream of outputs) stream.on("data", (text: string) => (gateway.#output = (gateway.#output + text).slice(-keptOutputCharacters)));
      return gateway;
    } catch (error) {
      child.kill("SIGKILL");
      throw new Error(`${(error as Error).message}\n${output}`, { cause: error });
    }
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What it printed last. */
  get output(): string {
    return this.#output;
  }

  async createSpace(name: string, maxConnections = 100_000): Promise<void> {
    await this.#create(gatewayEntityTypes.space, { name, generation: this.#generation++, maxConnections, isClosed: false, autoCreatePatterns: [] });
  }

  /** @param brokerAddress of stored types, on the broker `main` unless the limits name another */
  async createAddress(space: string, name: string, addressType: GatewayAddress["addressType"], brokerAddress = "", limits: Partial<Pick<GatewayAddress, "maxMessageBytes" | "maxConsumers" | "broker">> = {}): Promise<void> {
    await this.#create(gatewayEntityTypes.address, {
      name: gatewayAddressName(space, name),
      generation: this.#generation++,
      addressType,
      brokerAddress,
      broker: brokerAddress === "" ? "" : "main",
      maxMessageBytes: 100 * 1024 * 1024,
      maxConsumers: 10_000,
      ...limits,
    });
  }

  async deleteAddress(space: string, name: string): Promise<void> {
    await this.request("DELETE", gatewayEntityTypes.address, gatewayAddressName(space, name));
  }

  /** Lets the login do everything on the pattern's addresses. */
  async createCredential(login: string, space: string, permissions: GatewayCredential["permissions"] = [{ operations: ["send", "recv"], pattern: "*" }]): Promise<void> {
    await this.#create(gatewayEntityTypes.credential, { name: login, generation: this.#generation++, space, permissions, previousSecretHash: "", previousSecretUntilMs: 0 });
  }

  /** Says that everything has been told, and waits until it lets clients in. */
  async synchronize(): Promise<void> {
    await this.request("UPDATE", gatewayEntityTypes.gateway, "self", { synchronized: true });
    const deadline = Date.now() + startMilliseconds;
    while (!(await answers(`http://127.0.0.1:${this.ports.health}/health`))) {
      if (Date.now() > deadline) throw new Error(`The gateway does not become ready.\n${this.#output}`);
      await delay(pollMilliseconds);
    }
  }

  /** @throws Error when the status is not 2xx */
  async request(operation: string, type: string, name: string, body: object = {}): Promise<ManagementReply> {
    const reply = await this.#management.request({ operation, type, name }, asLongs(body));
    const status = Number(reply.properties.statusCode);
    if (status < 200 || status > 299) throw new Error(`The gateway refused ${operation} of ${name}: ${status} ${String(reply.properties.statusDescription)}`);
    return reply;
  }

  /** @param page `offset` and `count` */
  query(type: string, page: object = {}): Promise<ManagementReply> {
    return this.#management.request({ operation: "QUERY", entityType: type, ...asLongs(page) }, {});
  }

  /** Processor time of all its threads since its start, in seconds. */
  async cpuSeconds(): Promise<number> {
    const fields = (await readFile(`/proc/${this.pid}/stat`, "utf8")).split(") ")[1]!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond;
  }

  /** For how long the thread that does its work was ready and had no core, since its start, in milliseconds. */
  async waitedForCoreMilliseconds(): Promise<number> {
    return Number((await readFile(`/proc/${this.pid}/schedstat`, "utf8")).split(" ")[1]) / 1e6;
  }

  async residentBytes(): Promise<number> {
    return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${this.pid}/status`, "utf8"))![1]) * 1024;
  }

  /** How many files and sockets it has open. */
  async openFiles(): Promise<number> {
    return (await readdir(`/proc/${this.pid}/fd`)).length;
  }

  /** True when its health port says within a second that it is ready. */
  isReady(): Promise<boolean> {
    return answers(`http://127.0.0.1:${this.ports.health}/health`);
  }

  /** kill -9; resolves when it is gone. */
  async kill(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }

  /** Stops it with SIGTERM, and with SIGKILL after 15 s. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isRunning) {
      await this.#management[Symbol.asyncDispose]();
      this.#child.kill("SIGTERM");
      const force = setTimeout(() => this.#child.kill("SIGKILL"), 15_000);
      if (this.isRunning) await once(this.#child, "exit");
      clearTimeout(force);
    }
  }

  async #create(type: string, entity: GatewaySpace | GatewayAddress | GatewayCredential): Promise<void> {
    await this.request("CREATE", type, entity.name, entity);
  }
}

/** Whole numbers as AMQP longs, which the contract asks for. */
function asLongs(body: object): object {
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, typeof value === "number" ? rhea.types.wrap_long(value) : value]));
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}

async function freeGatewayPorts(): Promise<GatewayPorts> {
  const [amqp, amqps, webSocket, secureWebSocket, management, health] = (await freePorts(6)) as [number, number, number, number, number, number];
  return { amqp, amqps, webSocket, secureWebSocket, management, health };
}

/** Ports that were free a moment ago, none twice. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
