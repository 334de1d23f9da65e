import { randomBytes } from "node:crypto";
import { partsOfSubscription } from "#contracts/naming.ts";
import { loadPlatform } from "#platform/test-platform.ts";
import { limits } from "../../limits.ts";
import { connectBrokerClient } from "../../testing/broker-client.ts";
import { describeBrokerContract } from "../contract/broker-contract.ts";
import { ArtemisDriver } from "./artemis-driver.ts";

describeBrokerContract("Artemis", async () => {
  const { artemis } = await loadPlatform();
  const endpoint = { name: "main", host: artemis.host, port: artemis.port, ...artemis.provisioner };
  return {
    driver: new ArtemisDriver(endpoint, limits),
    unreachable: new ArtemisDriver({ ...endpoint, name: "away", port: 1 }, limits),
    space: `c${randomBytes(6).toString("hex")}.main`,
    put: async ({ brokerAddress, source }, texts) => {
      await using client = await connectBrokerClient(endpoint);
      const topic = partsOfSubscription(brokerAddress)?.topic;
      await client.send(topic ?? brokerAddress, texts.length, (number) => ({ durable: true, application_properties: { name: texts[number] }, body: texts[number] }), topic === undefined ? "queue" : "topic");
      if (source === "dead-letters") await client.take(brokerAddress, texts.length, (delivery) => delivery.reject());
    },
  };
});
