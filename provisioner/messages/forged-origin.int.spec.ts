import rhea, { type Message } from "rhea";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventOf, TestClient } from "#gateway/test-support/client.ts";
import { ArtemisDriver } from "../drivers/artemis/artemis-driver.ts";
import type { MessageQueue } from "../drivers/message-driver.ts";
import { limits } from "../limits.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { connectBrokerClient, type BrokerClient } from "../testing/broker-client.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";
import { openWorkWindow } from "../work-window.ts";

const bytesOfAll = 65_536;
const window = () => openWorkWindow(45_000);
let bed: TestBed;
let gateway: RealGateway;
let provisioner: Provisioner;
let driver: ArtemisDriver;
let client: TestClient;
let direct: BrokerClient;

beforeAll(async () => {
  bed = await createTestBed();
  gateway = await startRealGateway(bed.platform);
  provisioner = await startProvisioner({ env: bed.env({ GATEWAY_MANAGEMENT_URLS: gateway.url }), log: testLog });
  const { artemis } = bed.platform;
  driver = new ArtemisDriver({ name: "main", host: artemis.host, port: artemis.port, ...artemis.provisioner }, limits);
  driver.start();
  await gateway.running.opened;
  direct = await connectBrokerClient({ name: "main", host: artemis.host, port: artemis.port, ...artemis.provisioner });
  await bed.createAddresses(["mine", "theirs"]);
  const login = await bed.createCredential("shop", "a-secret");
  for (const name of ["mine", "theirs"]) await eventually(() => bed.row(name), (row) => row?.phase === "Active");
  await eventually(() => bed.row("shop", "credential"), (row) => row?.phase === "Active");
  client = await TestClient.connect({ port: gateway.running.ports.amqp, username: login, password: "a-secret" } as never);
});
afterAll(async () => {
  await direct?.[Symbol.asyncDispose]();
  await client?.[Symbol.asyncDispose]();
  await driver?.close();
  await provisioner?.stop();
  await gateway?.[Symbol.asyncDispose]();
  await bed?.[Symbol.asyncDispose]();
});

const queueOf = (name: string, source: MessageQueue["source"]): MessageQueue => ({ brokerAddress: `${bed.space}.qs.${name}`, space: bed.space, source });

async function found(name: string, source: MessageQueue["source"]): Promise<{ body: string | undefined; movedFrom: string | null }[]> {
  const { items } = await driver.browseMessages(queueOf(name, source), { selector: "", order: "oldest", skip: 0, limit: 50, withBodies: true }, window());
  return items.map(({ body, movedFrom }) => ({ body: body?.text, movedFrom }));
}

const retry = (name: string, limit = 1) => driver.retryDeadLetters(queueOf(name, "dead-letters"), { limit, maxMessageBytes: bytesOfAll }, window());
const state = (name: string, source: MessageQueue["source"]) => driver.queueState(queueOf(name, source), "", window());

/** Lets a consumer of the queue reject its first message, and waits until that is among the dead letters of `goesTo`. */
async function reject(name: string, goesTo = name): Promise<void> {
  const { added } = await state(goesTo, "dead-letters");
  const receiver = await client.receiver({ source: { address: name }, autoaccept: false, credit_window: 0 } as never);
  const came = eventOf(receiver, "message");
  receiver.add_credit(1);
  (await came).delivery!.reject();
  client.received.splice(0);
  await eventually(() => state(goesTo, "dead-letters"), (now) => now.added === added + 1);
  receiver.close();
}

async function send(name: string, message: Partial<Message>): Promise<string> {
  const sender = await client.sender(name);
  const outcome = await client.send(sender, { durable: true, ...message } as Message);
  sender.close();
  return outcome;
}

const claims = (): [string, Partial<Message>][] => {
  const { brokerAddress: theirs } = queueOf("theirs", "queue");
  return ["_AMQ_ORIG_ADDRESS", "_AMQ_ORIG_QUEUE", "_AMQ_ORIG_ROUTING_TYPE"].map((name) => [name, { application_properties: { [name]: theirs } }]);
};

const others = (theirs: string): [string, Partial<Message>][] => [
  ["annotations of an origin", { message_annotations: { "x-opt-ORIG-ADDRESS": theirs, "x-opt-ORIG-QUEUE": theirs, _AMQ_ORIG_ADDRESS: theirs, _AMQ_ORIG_QUEUE: theirs } }],
  ["a routing type", { message_annotations: { "x-opt-routing-type": rhea.types.wrap_byte(0) } }],
  ["a duplicate id", { application_properties: { _AMQ_DUPL_ID: "once" } }],
  ["a group", { group_id: "group", application_properties: { _AMQ_GROUP_ID: "group", JMSXGroupID: "group" } }],
  ["a delivery time", { message_annotations: { "x-opt-delivery-time": rhea.types.wrap_long(Date.now()) }, application_properties: { _AMQ_SCHED_DELIVERY: rhea.types.wrap_long(Date.now()) } }],
  ["numbers of queues", { application_properties: { _AMQ_ROUTE_TO: rhea.types.wrap_binary(Buffer.alloc(8, 1)) } }],
];

describe("a message that claims another queue's origin", () => {
  const forbidden = { condition: "amqp:not-allowed", description: expect.stringContaining("_AMQ_ORIG_") };

  it("is refused by the gateway, whatever its length, and whether the link or the message names the address", async () => {
    const named = await client.sender("mine");
    const anonymous = await client.sender({ target: {} } as never);
    const long = { message_annotations: { "x-opt-note": "n".repeat(200_000) } };
    const large = { body: "b".repeat(300_000) };
    for (const [name, claim] of claims()) {
      expect(await client.rejection(named, { body: "", ...claim }), name).toMatchObject(forbidden);
      expect(await client.rejection(named, { body: "", ...long, ...claim }), name).toMatchObject(forbidden);
      expect(await client.rejection(named, { ...large, ...claim }), name).toMatchObject(forbidden);
      expect(await client.rejection(anonymous, { to: "mine", body: "", ...claim }), name).toMatchObject(forbidden);
      expect(await client.rejection(anonymous, { to: "mine", ...large, ...claim }), name).toMatchObject(forbidden);
    }
    expect(await client.rejection(anonymous, { to: "mine", body: "", application_properties: { filler: "f".repeat(100_000), _AMQ_ORIG_QUEUE: "x" } })).toMatchObject({ condition: "amqp:not-allowed" });
    // Nothing of them has come to the broker, and both links go on with the credit that they had.
    expect((await state("mine", "queue")).messages).toBe(0);
    expect(await client.send(named, { body: "_AMQ_ORIG_QUEUE", ...long })).toBe("accepted");
    expect(await client.send(anonymous, { to: "mine", ...large, application_properties: { note: "_AMQ_ORIG" } })).toBe("accepted");
    expect(await driver.purgeMessages(queueOf("mine", "queue"), "", window())).toBe(2);
    for (const sender of [named, anonymous]) sender.close();
  });

  it("that has come to a broker in some other way is not moved to that queue", async () => {
    await send("theirs", { body: "own" });
    await reject("theirs");
    const claiming = { durable: true, body: "claims", ...claims()[0]![1] } as Message;
    expect(await direct.send(queueOf("mine", "queue").brokerAddress, 1, () => claiming)).toBe(1);
    await reject("mine", "theirs");
    expect(await found("theirs", "dead-letters"), "the broker believes it").toEqual([{ body: "own", movedFrom: "theirs" }, { body: "claims", movedFrom: "mine" }]);
    expect(await retry("theirs", 2)).toEqual({ moved: 1, refusal: undefined });
    await eventually(() => state("theirs", "dead-letters"), ({ messages }) => messages === 1);
    expect(await retry("theirs")).toEqual({ moved: 0, refusal: expect.stringContaining("never its own") });
    expect(await found("theirs", "queue")).toEqual([{ body: "own", movedFrom: null }]);
    expect(await driver.purgeMessages(queueOf("theirs", "dead-letters"), "", window())).toBe(1);
    expect(await driver.purgeMessages(queueOf("theirs", "queue"), "", window())).toBe(1);
  });
});

describe("what else a sender may write for the broker", () => {
  it("takes its dead letter nowhere else, and a retry brings it back, each time", async () => {
    const lies = others(queueOf("theirs", "queue").brokerAddress);
    for (const [what, lie] of lies) {
      expect(await send("mine", { body: what, ...lie }), what).toBe("accepted");
      for (const round of [1, 2]) {
        await reject("mine");
        expect(await found("mine", "dead-letters"), `${what}, ${round}`).toEqual([{ body: what, movedFrom: "mine" }]);
        expect(await retry("mine"), what).toEqual({ moved: 1, refusal: undefined });
        expect(await found("mine", "queue"), `${what}, ${round}`).toEqual([{ body: what, movedFrom: null }]);
        await eventually(() => state("mine", "dead-letters"), ({ messages }) => messages === 0);
      }
      expect(await driver.purgeMessages(queueOf("mine", "queue"), "", window()), what).toBe(1);
    }
    expect((await state("theirs", "dead-letters")).messages).toBe(0);
  });

  it("does not keep another queue's dead letter out that has the same duplicate id", async () => {
    for (const name of ["mine", "theirs"]) {
      expect(await send(name, { body: name, application_properties: { _AMQ_DUPL_ID: "shared" } })).toBe("accepted");
      await reject(name);
    }
    for (const name of ["mine", "theirs"]) expect(await found(name, "dead-letters")).toEqual([{ body: name, movedFrom: name }]);
  });
});
