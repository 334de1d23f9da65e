import { describe, expect, it } from "vitest";
import { openWorkWindow } from "../../work-window.ts";
import { describeBrokerContract } from "../contract/broker-contract.ts";
import { describeGatewayContract } from "../contract/gateway-contract.ts";
import { describeIdentityContract } from "../contract/identity-contract.ts";
import { FakeBroker } from "./fake-broker.ts";
import { FakeGateway } from "./fake-gateway.ts";
import { FakeIdentity } from "./fake-identity.ts";

describeBrokerContract("fake", async () => {
  const driver = new FakeBroker("main");
  return { driver, unreachable: new FakeBroker("away"), space: "acme.main", put: async (queue, texts) => driver.send(queue, texts) };
});

describeGatewayContract("fake", async () => {
  const driver = new FakeGateway("main");
  return { driver, unreachable: new FakeGateway("away"), restart: async () => driver.restart(), [Symbol.asyncDispose]: async () => undefined };
});

describeIdentityContract("fake", async () => {
  const driver = new FakeIdentity();
  return { driver, unreachable: new FakeIdentity(), prefix: "acme.main", admits: async (login) => driver.admits(login) };
});

const window = () => openWorkWindow(50);
const space = (name: string) => ({ kind: "space", name, generation: 1, maxConnections: 1, isClosed: false, autoCreatePatterns: [] }) as const;

describe("fakes fail on demand", () => {
  it("refuses always or once, loses a reply once, or never answers, as the name says", async () => {
    const gateway = new FakeGateway("main");
    gateway.start();
    await expect(gateway.upsert(space("refused"), window())).rejects.toMatchObject({ code: "conflict" });
    await expect(gateway.upsert(space("refused"), window())).rejects.toMatchObject({ code: "conflict" });
    await expect(gateway.upsert(space("refused-once"), window())).rejects.toMatchObject({ code: "conflict" });
    await gateway.upsert(space("refused-once"), window());
    await expect(gateway.upsert(space("unanswered-once"), window())).rejects.toMatchObject({ code: "time-out" });
    expect((await gateway.list("space", window())).map(({ name }) => name)).toContain("unanswered-once");
    await gateway.upsert(space("unanswered-once"), window());
    await expect(gateway.upsert(space("hangs"), window())).rejects.toMatchObject({ code: "time-out" });
  });
});
