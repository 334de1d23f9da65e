import { loadPlatform } from "../../../platform/test-platform.ts";
import type { PlatformFile } from "../../../platform/platform-file.ts";
import { type ApplicationLogin, ApplicationLogins } from "../support/application-logins.ts";
import { GatewayProcess } from "../support/gateway-process.ts";
import { OwnBroker } from "../support/own-broker.ts";
import type { RawPeer } from "../support/raw-client.ts";
import { TestBroker } from "../support/test-broker.ts";

/** A gateway and a broker of a proof's own, both of which can be killed and come back as they were; queue `queue`, direct `multicast` and `anycast`. */
export class ProofBed implements AsyncDisposable {
  readonly broker: OwnBroker;
  readonly queue: string;
  readonly logins: readonly ApplicationLogin[];
  gateway: GatewayProcess;
  readonly #stack: AsyncDisposableStack;
  readonly #platform: PlatformFile;
  readonly #space: string;

  private constructor(stack: AsyncDisposableStack, platform: PlatformFile, space: string, broker: OwnBroker, queue: string, logins: readonly ApplicationLogin[], gateway: GatewayProcess) {
    this.#stack = stack;
    this.#platform = platform;
    this.#space = space;
    this.broker = broker;
    this.queue = queue;
    this.logins = logins;
    this.gateway = gateway;
  }

  /** @param name second word of its space, so that proofs do not meet in Keycloak; @param loginCount credentials to make */
  static async make(name: string, loginCount = 1): Promise<ProofBed> {
    const stack = new AsyncDisposableStack();
    try {
      const platform = await loadPlatform();
      const space = `proof.${name}`;
      const broker = stack.use(await OwnBroker.start());
      const logins = stack.use(new ApplicationLogins(platform));
      const made: ApplicationLogin[] = [];
      for (let index = 0; index < loginCount; index++) made.push(await logins.create(`${space}.app-${index}`));
      const management = await TestBroker.connect(broker.managementUrl, space);
      const queue = await management.createQueue("queue");
      await management.disconnect();
      const gateway = await GatewayProcess.start(platform, { BROKER_URLS: broker.brokerUrls });
      const bed = new ProofBed(stack, platform, space, broker, queue, made, gateway);
      await bed.#tell();
      return bed;
    } catch (error) {
      await stack.disposeAsync();
      throw error;
    }
  }

  /** Where clients connect, as the login of that number (they take turns). */
  peer(index = 0): RawPeer {
    return { host: "127.0.0.1", port: this.gateway.ports.amqp, ...this.logins[index % this.logins.length]! };
  }

  killGateway(): Promise<void> {
    return this.gateway.kill();
  }

  /** Starts a gateway in the place of the killed one and tells it everything, as the provisioner does. */
  async startGateway(): Promise<void> {
    this.gateway = await GatewayProcess.start(this.#platform, { BROKER_URLS: this.broker.brokerUrls }, this.gateway.ports);
    await this.#tell();
  }

  async messagesLeft(): Promise<number> {
    const management = await TestBroker.connect(this.broker.managementUrl, `${this.#space}.count`);
    try {
      return await management.messageCount(this.queue);
    } finally {
      await management.disconnect();
    }
  }

  async #tell(): Promise<void> {
    const { gateway } = this;
    await gateway.createSpace(this.#space);
    for (const { user } of this.logins) await gateway.createCredential(user, this.#space);
    await gateway.createAddress(this.#space, "queue", "queue", this.queue);
    await gateway.createAddress(this.#space, "multicast", "multicast");
    await gateway.createAddress(this.#space, "anycast", "anycast");
    await gateway.synchronize();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await this.#stack.disposeAsync();
  }
}
