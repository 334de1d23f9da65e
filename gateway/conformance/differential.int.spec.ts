import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionExchanges } from "./differential/connection-exchanges.ts";
import { deliveryExchanges } from "./differential/delivery-exchanges.ts";
import { comparable, type Exchange, type Side } from "./differential/exchange.ts";
import { linkExchanges } from "./differential/link-exchanges.ts";
import { transactionExchanges } from "./differential/transaction-exchanges.ts";
import { intendedDifferences } from "./differential/intended-differences.ts";
import { ConformanceBed } from "./support/conformance-bed.ts";

let bed: ConformanceBed;
let exchangesSoFar = 0;
/** Some exchanges wait for silence, on either side for as long as a raw client waits. */
const silenceMs = 120_000;

beforeAll(async () => {
  bed = await ConformanceBed.make("differential");
});
afterAll(() => bed?.[Symbol.asyncDispose]());

/** Fresh addresses for each side, so that what one leaves behind is not seen by the other. */
async function sides(): Promise<{ straight: Side; through: Side }> {
  const number = exchangesSoFar++;
  const [queue, topic] = [await bed.broker.createQueue(`straight-queue-${number}`), await bed.broker.createTopic(`straight-topic-${number}`)];
  await bed.createStored("queue", `through-queue-${number}`);
  await bed.createStored("topic", `through-topic-${number}`);
  return {
    straight: { peer: bed.straight, queue, topic },
    through: { peer: bed.throughGateway, queue: `through-queue-${number}`, topic: `through-topic-${number}` },
  };
}

async function observe(exchange: Exchange, side: Side): Promise<unknown> {
  return comparable(await exchange.run(side).catch((error: Error) => ({ failed: error.message.split(/ within |;/)[0] })), side);
}

function compare(exchanges: readonly Exchange[], test: Pick<typeof it, "each">): void {
  test.each(exchanges.map((exchange) => [exchange.name, exchange] as const))("%s", { timeout: silenceMs }, async (name, exchange) => {
    const { straight, through } = await sides();
    const [expected, answered] = await Promise.all([observe(exchange, straight), observe(exchange, through)]);
    const intended = intendedDifferences.get(name);
    if (intended === undefined) return expect(answered).toEqual(expected);
    expect(expected, "Artemis answers as it did when the difference was written down").toEqual(intended.straight);
    expect(answered).toEqual(intended.through);
  });
}

describe("through the gateway as straight at Artemis", () => {
  // One after the other, since refused logins hold up others of the same origin.
  describe("connections", () => compare(connectionExchanges, it));
  describe.each([
    ["links", linkExchanges],
    ["deliveries", deliveryExchanges],
    ["transactions", transactionExchanges],
  ] as const)("%s", (_noun, exchanges) => compare(exchanges, it.concurrent));
});
