import { loadPlatform } from "../../../platform/test-platform.ts";
import type { PlatformFile } from "../../../platform/platform-file.ts";
import { ApplicationLogins } from "./application-logins.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { OwnBroker } from "./own-broker.ts";
import type { RawPeer } from "./raw-client.ts";
import { TestBroker } from "./test-broker.ts";

/** The same queues and topics on two ways: straight at an Artemis of our own, and through a gateway of our own in front of it. */
export class ConformanceBed implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  readonly #space: string;
  readonly platform: PlatformFile;
  readonly broker: TestBroker;
  readonly gateway: GatewayProcess;
  readonly logins: ApplicationLogins;
  readonly straight: RawPeer;
  readonly throughGateway: RawPeer;
  /** A login of another tenant, with the anycast address `quiet` of its own. */
  readonly neighbour: RawPeer;

  private constructor(stack: AsyncDisposableStack, space: string, parts: Pick<ConformanceBed, "platform" | "broker" | "gateway" | "logins" | "throughGateway" | "neighbour"> & { artemis: PlatformFile["artemis"] }) {
    this.#stack = stack;
    this.#space = space;
    this.platform = parts.platform;
    this.broker = parts.broker;
    this.gateway = parts.gateway;
    this.logins = parts.logins;
    this.throughGateway = parts.throughGateway;
    this.neighbour = parts.neighbour;
    const { host, port, gateway } = parts.artemis;
    this.straight = { host, port, user: gateway.username, password: gateway.password };
  }

  /**
   * @param name second word of its spaces, so that test files do not meet in Keycloak
   * @throws Error when the test platform does not run
   */
  static async make(name: string, env: Readonly<Record<string, string>> = {}): Promise<ConformanceBed> {
    const stack = new AsyncDisposableStack();
    try {
      const platform = await loadPlatform();
      const own = stack.use(await OwnBroker.start());
      const space = `conformance.${name}`;
      const neighbourSpace = `neighbour.${name}`;
      const broker = stack.use(await TestBroker.connect(own.managementUrl, space));
      const logins = stack.use(new ApplicationLogins(platform));
      const [login, neighbourLogin] = [await logins.create(`${space}.raw`), await logins.create(`${neighbourSpace}.raw`)];
      const gateway = stack.use(await GatewayProcess.start(platform, { BROKER_URLS: own.brokerUrls, ...env }));
      for (const [id, user] of [[space, login.user], [neighbourSpace, neighbourLogin.user]] as const) {
        await gateway.createSpace(id);
        await gateway.createCredential(user, id);
      }
      await gateway.createAddress(neighbourSpace, "quiet", "anycast");
      await gateway.synchronize();
      const at = { host: "127.0.0.1", port: gateway.ports.amqp };
      return new ConformanceBed(stack, space, { artemis: own.artemis, platform, broker, gateway, logins, throughGateway: { ...at, ...login }, neighbour: { ...at, ...neighbourLogin } });
    } catch (error) {
      await stack.disposeAsync();
      throw error;
    }
  }

  /** Makes a queue or topic that the gateway knows under this name; answers its name on the broker. */
  async createStored(type: "queue" | "topic", name: string): Promise<string> {
    const brokerAddress = await (type === "queue" ? this.broker.createQueue(name) : this.broker.createTopic(name));
    await this.gateway.createAddress(this.#space, name, type, brokerAddress);
    return brokerAddress;
  }

  createDirect(type: "anycast" | "multicast", name: string): Promise<void> {
    return this.gateway.createAddress(this.#space, name, type);
  }

  deleteAddress(name: string): Promise<void> {
    return this.gateway.deleteAddress(this.#space, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
