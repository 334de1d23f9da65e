import { ArtemisDriver } from "../drivers/artemis/artemis-driver.ts";
import { AmqpGatewayDriver } from "../drivers/gateway/amqp-gateway-driver.ts";
import type { NamedEndpoint } from "../env.ts";
import { limits } from "../limits.ts";
import { openWorkWindow } from "../work-window.ts";
import { eventually } from "./eventually.ts";
import type { TestBed } from "./test-bed.ts";

/** Looks at the real broker and a real gateway on connections of its own, past the provisioner under test. */
export interface Observer extends AsyncDisposable {
  readonly broker: ArtemisDriver;
  readonly gateway: AmqpGatewayDriver;
  /** Addresses of the space on the broker, as `<class>.<name>`, sorted. */
  onBroker(): Promise<string[]>;
  /** Names of addresses of the space at the gateway, sorted. */
  atGateway(): Promise<string[]>;
  /** Logins of the space at the gateway, sorted. */
  loginsAtGateway(): Promise<string[]>;
}

const window = () => openWorkWindow(45_000);

export async function observe(bed: Pick<TestBed, "platform" | "space">, gatewayEndpoint: NamedEndpoint): Promise<Observer> {
  const { artemis } = bed.platform;
  const broker = new ArtemisDriver({ name: "main", host: artemis.host, port: artemis.port, ...artemis.provisioner }, limits);
  const gateway = new AmqpGatewayDriver(gatewayEndpoint, limits);
  broker.start();
  gateway.start();
  await eventually(() => broker.connected && gateway.connected, (connected) => connected);
  const prefix = `${bed.space}.`;
  return {
    broker,
    gateway,
    onBroker: async () =>
      (await broker.listAddresses(window()))
        .map(({ brokerAddress }) => brokerAddress)
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length))
        .sort(),
    atGateway: async () => (await gateway.list("address", window())).map(({ name }) => name.slice(name.indexOf("/") + 1)).sort(),
    loginsAtGateway: async () => (await gateway.list("credential", window())).map(({ name }) => name).sort(),
    [Symbol.asyncDispose]: async () => {
      for (const { brokerAddress } of await broker.listAddresses(window())) {
        if (brokerAddress.startsWith(prefix)) await broker.removeAddress(brokerAddress, window());
      }
      await broker.removeSpace(bed.space, window());
      await Promise.all([broker.close(), gateway.close()]);
    },
  };
}
