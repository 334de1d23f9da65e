import { randomBytes } from "node:crypto";
import type { GatewayCredential } from "#contracts/gateway-management.ts";
import { loadPlatform } from "../../platform/test-platform.ts";
import { type ApplicationLogin, ApplicationLogins } from "../conformance/support/application-logins.ts";
import { GatewayProcess } from "../conformance/support/gateway-process.ts";
import { TestBroker } from "../conformance/support/test-broker.ts";
import { TestClient } from "./client.ts";

/** A space of a test with a login for everything in it, and an address of each type: orders, news and its subscription archive, calls, ticks. */
export interface TestSpace {
  readonly name: string;
  readonly login: ApplicationLogin;
}

/** A gateway process against the shared test platform, with spaces of its own; everything is removed at the end. */
export class GatewayBed implements AsyncDisposable {
  readonly gateway: GatewayProcess;
  readonly logins: ApplicationLogins;
  readonly broker: TestBroker;
  readonly #prefix: string;

  private constructor(gateway: GatewayProcess, logins: ApplicationLogins, broker: TestBroker, prefix: string) {
    this.gateway = gateway;
    this.logins = logins;
    this.broker = broker;
    this.#prefix = prefix;
  }

  /** @param env changes to the gateway's environment */
  static async make(env: Readonly<Record<string, string>> = {}): Promise<GatewayBed> {
    const platform = await loadPlatform();
    const prefix = `t${randomBytes(4).toString("hex")}`;
    const [gateway, logins, broker] = await Promise.all([
      GatewayProcess.start(platform, env),
      new ApplicationLogins(platform),
      TestBroker.connect(platform.env.provisioner.BROKER_URLS!.split("=").slice(1).join("="), prefix),
    ]);
    const bed = new GatewayBed(gateway, logins, broker, prefix);
    await bed.gateway.synchronize();
    return bed;
  }

  /** Makes a space `<random>.<name>`, whose addresses on the broker are called as the provisioner calls them. */
  async space(shortName: string): Promise<TestSpace> {
    const name = `${this.#prefix}.${shortName}`;
    await this.gateway.createSpace(name);
    const [queue, topic] = await Promise.all([this.broker.createQueue(`${shortName}.q.orders`), this.broker.createTopic(`${shortName}.t.news`)]);
    await this.gateway.createAddress(name, "orders", "queue", queue);
    await this.gateway.createAddress(name, "news", "topic", topic);
    await this.gateway.createAddress(name, "archive", "subscription", await this.broker.createSubscription(topic, `${shortName}.s.archive`));
    await this.gateway.createAddress(name, "calls", "anycast");
    await this.gateway.createAddress(name, "ticks", "multicast");
    return { name, login: await this.credential(name, "app") };
  }

  /** Makes a credential in Keycloak and at the gateway. */
  async credential(space: string, name: string, permissions?: GatewayCredential["permissions"]): Promise<ApplicationLogin> {
    const login = await this.logins.create(`${space}.${name}`);
    await this.gateway.createCredential(login.user, space, permissions);
    return login;
  }

  /** A client of a login over plain AMQP. */
  client({ user, password }: ApplicationLogin, options: Parameters<typeof TestClient.connect>[0] = {}): Promise<TestClient> {
    return TestClient.connect({ port: this.gateway.ports.amqp, username: user, password, ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await this.broker[Symbol.asyncDispose]();
    await this.logins[Symbol.asyncDispose]();
  }
}
