import { ApplicationLogins } from "../../gateway/conformance/support/application-logins.ts";
import { freePorts, GatewayProcess } from "../../gateway/conformance/support/gateway-process.ts";
import { OwnBroker } from "../../gateway/conformance/support/own-broker.ts";
import { TestBroker } from "../../gateway/conformance/support/test-broker.ts";
import { loadPlatform } from "../../platform/test-platform.ts";
import type { PlatformFile } from "../../platform/platform-file.ts";
import { buildLoadClient, LoadClient, type LoadMode, type LoadOptions, type LoadPeer } from "./load-client.ts";

export const space = "bench.load";
/** Links of the memory case are spread over so many addresses, every second one a queue. */
export const crowdAddresses = 100;

/** Everything that the cases run on: a broker and a gateway of our own, and the load client. */
export class Bed implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  readonly #program: string;
  readonly platform: PlatformFile;
  readonly logins: ApplicationLogins;
  readonly gateway: GatewayProcess;
  /** Queue on the broker that the gateway knows as `queue`. */
  readonly queue: string;
  /** The two ways to the same broker. */
  readonly throughGateway: LoadPeer;
  readonly straight: LoadPeer;
  readonly #broker: OwnBroker;

  private constructor(parts: { stack: AsyncDisposableStack; program: string; broker: OwnBroker; platform: PlatformFile; logins: ApplicationLogins; gateway: GatewayProcess; queue: string; peer: LoadPeer }) {
    this.#stack = parts.stack;
    this.#program = parts.program;
    this.platform = parts.platform;
    this.logins = parts.logins;
    this.gateway = parts.gateway;
    this.queue = parts.queue;
    this.throughGateway = parts.peer;
    this.#broker = parts.broker;
    const { host, port, gateway } = parts.broker.artemis;
    this.straight = { host: `${host}:${port}`, user: gateway.username, password: gateway.password };
  }

  /** @throws Error when the test platform does not run */
  static async make(): Promise<Bed> {
    const stack = new AsyncDisposableStack();
    try {
      const program = await buildLoadClient();
      const platform = await loadPlatform();
      const own = stack.use(await OwnBroker.start());
      const broker = stack.use(await TestBroker.connect(own.managementUrl, space));
      const logins = stack.use(new ApplicationLogins(platform));
      const login = await logins.create(`${space}.load`);
      const queue = await broker.createQueue("queue");
      const gateway = stack.use(await startGateway(platform, own, queue));
      for (let index = 0; index < crowdAddresses; index++) {
        const name = `crowd${index}`;
        if (index % 2 === 0) await gateway.createAddress(space, name, "anycast");
        else await gateway.createAddress(space, name, "queue", await broker.createQueue(name));
      }
      await gateway.createCredential(login.user, space);
      await gateway.synchronize();
      return new Bed({ stack, program, broker: own, platform, logins, gateway, queue, peer: { host: `127.0.0.1:${gateway.ports.amqp}`, ...login } });
    } catch (error) {
      await stack.disposeAsync();
      throw error;
    }
  }

  get brokerPid(): number {
    return this.#broker.pid;
  }

  /** Another gateway with the same addresses and broker. */
  startAnotherGateway(): Promise<GatewayProcess> {
    return startGateway(this.platform, this.#broker, this.queue);
  }

  client(mode: LoadMode, peer: LoadPeer | undefined, options: LoadOptions): LoadClient {
    return new LoadClient(this.#program, mode, peer, options);
  }

  /** An address for two clients that connect to each other. */
  async directHost(): Promise<string> {
    return `127.0.0.1:${(await freePorts(1))[0]}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** A gateway with one address of each type but those with topics; clients are let in after `synchronize`. */
async function startGateway(platform: PlatformFile, broker: OwnBroker, queue: string): Promise<GatewayProcess> {
  const gateway = await GatewayProcess.start(platform, { BROKER_URLS: broker.brokerUrls });
  await gateway.createSpace(space);
  await gateway.createAddress(space, "queue", "queue", queue);
  await gateway.createAddress(space, "anycast", "anycast");
  await gateway.createAddress(space, "multicast", "multicast");
  return gateway;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
