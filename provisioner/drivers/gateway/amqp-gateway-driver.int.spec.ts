import { loadPlatform } from "#platform/test-platform.ts";
import { limits } from "../../limits.ts";
import { startRealGateway } from "../../testing/real-gateway.ts";
import { describeGatewayContract } from "../contract/gateway-contract.ts";
import { AmqpGatewayDriver } from "./amqp-gateway-driver.ts";

describeGatewayContract("gateway", async () => {
  const gateway = await startRealGateway(await loadPlatform());
  return {
    driver: new AmqpGatewayDriver(gateway.endpoint, limits),
    unreachable: new AmqpGatewayDriver({ ...gateway.endpoint, name: "away", port: 1 }, limits),
    restart: async () => {
      await gateway.stop();
      await gateway.start();
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
});
