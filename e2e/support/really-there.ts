import { loadPlatform } from "#platform/test-platform.ts";
import { ArtemisDriver } from "#provisioner/drivers/artemis/artemis-driver.ts";
import { AmqpGatewayDriver } from "#provisioner/drivers/gateway/amqp-gateway-driver.ts";
import { parseEnv } from "#provisioner/env.ts";
import { limits } from "#provisioner/limits.ts";
import { eventually } from "#provisioner/testing/eventually.ts";
import { openWorkWindow } from "#provisioner/work-window.ts";

const lookMs = 20_000;

/** What is really on the broker and at the gateway, seen past the console and the provisioner. It changes nothing. */
export interface ReallyThere extends AsyncDisposable {
  /** Addresses on the broker, for example `acme.default.qs.orders.new`. */
  onBroker(): Promise<string[]>;
  /** Addresses at the gateway, for example `acme.default/orders/new`. */
  atGateway(): Promise<string[]>;
}

/** Looks with connections of its own at the parts that the test console's provisioner drives. */
export async function lookBehind(): Promise<ReallyThere> {
  const { env } = await loadPlatform();
  const { BROKER_URLS: [brokerEndpoint], GATEWAY_MANAGEMENT_URLS: [gatewayEndpoint] } = parseEnv(env.provisioner);
  if (brokerEndpoint === undefined || gatewayEndpoint === undefined) throw new Error("The test platform names no broker or gateway.");
  const broker = new ArtemisDriver(brokerEndpoint, limits);
  const gateway = new AmqpGatewayDriver(gatewayEndpoint, limits);
  broker.start();
  gateway.start();
  await eventually(() => broker.connected && gateway.connected, (connected) => connected);
  return {
    onBroker: async () => (await broker.listAddresses(openWorkWindow(lookMs))).map(({ brokerAddress }) => brokerAddress),
    atGateway: async () => (await gateway.list("address", openWorkWindow(lookMs))).map(({ name }) => name),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([broker.close(), gateway.close()]);
    },
  };
}
