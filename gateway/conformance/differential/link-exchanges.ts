import { described, map, symbol, symbols, text } from "../support/amqp-value.ts";
import { composite } from "../support/performatives.ts";
import { RawClient } from "../support/raw-client.ts";
import { answerToBreach, bodyOf, conditionOf, type Exchange, fill, message, receiveDelivery, receiverAt, seen, sendAccepted, sender, senderTo, type Side } from "./exchange.ts";

const selector = (value: string) => ({ filter: { "apache.org:selector-filter:string": described("apache.org:selector-filter:string", text(value)) } });
const property = (name: string, value: string) => described(0x74, map([[name, value]]));

const annotation = (name: string, value: string) => described(0x72, map([[symbol(name), value]]));
const to = (address: string) => described(0x73, [null, null, address]);
const transferTo = (deliveryId: number) => ({ handle: 0, deliveryId, deliveryTag: Buffer.from(`t${deliveryId}`), messageFormat: 0 });

/** How often a peer is gone round to before something is taken not to come. */
const maxRounds = 200;

/** A session with an attached sender on handle 0 that names no address and has credit. */
async function anonymous(side: Side): Promise<RawClient> {
  const client = await RawClient.session(side.peer);
  const attach = await client.attach("anonymous", { handle: 0, role: false, initialDeliveryCount: 0, source: composite("source", {}), target: composite("target", {}) });
  if (attach.fields.target === undefined) throw new Error(conditionOf(await client.expect("detach")));
  await client.expect("flow");
  return client;
}

/** Attach field by field, detach, stealing, terminus properties. */
export const linkExchanges: readonly Exchange[] = [
  {
    name: "attach of a receiver is answered field by field",
    run: async (side) => {
      await using client = await RawClient.session(side.peer);
      return seen(await client.attach("in", { handle: 3, ...receiverAt(side.queue, { outcomes: ["amqp:accepted:list", "amqp:rejected:list"], capabilities: ["queue"] }), sndSettleMode: 2, rcvSettleMode: 0 }), ["properties"]);
    },
  },
  {
    name: "attach of a sender is answered field by field",
    run: async (side) => {
      await using client = await RawClient.session(side.peer);
      const answer = await client.attach("out", { handle: 3, ...senderTo(side.queue, { capabilities: ["queue"] }), sndSettleMode: 0, rcvSettleMode: 0 });
      const flow = await client.expect("flow");
      return [seen(answer, ["properties", "maxMessageSize"]), flow.fields.handle, Number(flow.fields.linkCredit) > 0, flow.fields.deliveryCount];
    },
  },
  ...[0, 1, 2].flatMap((sndSettleMode) =>
    [0, 1].flatMap((rcvSettleMode) =>
      [true, false].map((role): Exchange => ({
        name: `settle modes ${sndSettleMode}/${rcvSettleMode} of a ${role ? "receiver" : "sender"} are answered alike`,
        run: async (side) => {
          await using client = await RawClient.session(side.peer);
          client.send("attach", { name: "link", handle: 0, ...(role ? receiverAt(side.queue) : senderTo(side.queue)), sndSettleMode, rcvSettleMode });
          const { fields } = await client.expect("attach");
          return [fields.sndSettleMode ?? 2, fields.rcvSettleMode ?? 0];
        },
      })),
    ),
  ),
  {
    name: "link properties and desired capabilities do not stop an attach",
    run: async (side) => {
      await using client = await RawClient.session(side.peer);
      const { fields } = await client.attach("in", { handle: 0, ...receiverAt(side.queue), properties: { "my:property": "value" }, desiredCapabilities: ["no-such"] });
      return [fields.name, fields.offeredCapabilities];
    },
  },
  {
    name: "an unknown address is refused by an attach without a terminus and a detach with the condition",
    run: async (side) => {
      await using client = await RawClient.session(side.peer);
      const receiving = await client.attach("in", { handle: 0, ...receiverAt("no-such-address") });
      const first = await client.expect("detach");
      const sending = await client.attach("out", { handle: 1, ...senderTo("no-such-address") });
      const second = await client.expect("detach");
      return [receiving.fields.source === undefined, conditionOf(first), first.fields.closed, sending.fields.target === undefined, conditionOf(second), second.fields.closed];
    },
  },
  {
    name: "detach with closed is answered with closed, and the handle can be used again",
    run: async (side) => {
      await using client = await RawClient.session(side.peer);
      await client.attach("in", { handle: 0, ...receiverAt(side.queue) });
      client.send("detach", { handle: 0, closed: true });
      const detach = await client.expect("detach");
      const again = await client.attach("other", { handle: 0, ...receiverAt(side.queue) });
      return [seen(detach), again.fields.handle];
    },
  },
  {
    name: "detach without closed is answered, and the link of that name can be attached again",
    run: async (side) => {
      await using client = await RawClient.session(side.peer);
      await client.attach("in", { handle: 0, ...receiverAt(side.queue) });
      client.send("detach", { handle: 0 });
      const detach = await client.expect("detach");
      const again = await client.attach("in", { handle: 0, ...receiverAt(side.queue) });
      return [detach.fields.closed ?? false, again.fields.name];
    },
  },
  {
    name: "a handle that is in use is refused",
    run: async (side) => {
      await using client = await RawClient.session(side.peer);
      await client.attach("one", { handle: 0, ...receiverAt(side.queue) });
      client.send("attach", { name: "two", handle: 0, ...receiverAt(side.queue) });
      return answerToBreach(client);
    },
  },
  {
    name: "a transfer on a handle that is not attached is refused",
    run: async (side) => {
      await using client = await RawClient.session(side.peer);
      client.send("transfer", { handle: 5, deliveryId: 0, deliveryTag: Buffer.from("t") }, { payload: message("lost") });
      return answerToBreach(client);
    },
  },
  {
    name: "a link of the same name in another session of the connection",
    run: async (side) => {
      await using client = await RawClient.session(side.peer);
      await client.begin(1);
      await client.attach("same", { handle: 0, ...receiverAt(side.queue) });
      client.send("attach", { name: "same", handle: 0, ...receiverAt(side.queue) }, { channel: 1 });
      const attach = await client.expect("attach", (received) => received.channel === 1 || received.channel === 0);
      await client.settle();
      return [attach.fields.name, client.frames.filter(({ type }) => type === "detach").map(conditionOf)];
    },
  },
  {
    name: "a selector picks messages; the source is echoed with its filter",
    run: async (side) => {
      await fill(side, [message("red", [property("colour", "red")]), message("blue", [property("colour", "blue")])]);
      await using client = await RawClient.session(side.peer);
      const { fields } = await client.attach("in", { handle: 0, ...receiverAt(side.queue, selector("colour = 'blue'")) });
      client.flow({ handle: 0, deliveryCount: 0, linkCredit: 10 });
      const { payload } = await receiveDelivery(client);
      await client.settle();
      return [(fields.source as { fields: { filter: unknown } }).fields.filter, bodyOf(payload), client.frames.filter(({ type }) => type === "transfer").length];
    },
  },
  {
    name: "a selector that cannot be read is refused",
    run: async (side) => {
      await using client = await RawClient.session(side.peer);
      client.send("attach", { name: "in", handle: 0, ...receiverAt(side.queue, selector("colour = = 'blue'")) });
      return answerToBreach(client);
    },
  },
  {
    name: "browsing leaves messages where they are",
    run: async (side) => {
      await fill(side, ["one", "two"]);
      await using client = await RawClient.session(side.peer);
      const { fields } = await client.attach("browser", { handle: 0, ...receiverAt(side.queue, { distributionMode: "copy" }) });
      client.flow({ handle: 0, deliveryCount: 0, linkCredit: 10 });
      const browsed = [bodyOf((await receiveDelivery(client)).payload), bodyOf((await receiveDelivery(client)).payload)];
      client.send("detach", { handle: 0, closed: true });
      await client.expect("detach");
      await client.attach("in", { handle: 1, ...receiverAt(side.queue) });
      client.flow({ handle: 1, deliveryCount: 0, linkCredit: 10 });
      const taken = [bodyOf((await receiveDelivery(client)).payload), bodyOf((await receiveDelivery(client)).payload)];
      return [(fields.source as { fields: { distributionMode: unknown } }).fields.distributionMode, browsed, taken];
    },
  },
  {
    name: "a durable subscription keeps messages while nobody is attached, and is gone after a closing detach",
    run: async (side) => {
      const durable = receiverAt(side.topic, { durable: 2, expiryPolicy: "never" });
      const container = { containerId: "durable-subscriber" };
      {
        await using client = await RawClient.session(side.peer, container);
        await client.attach("subscription", { handle: 0, ...durable });
        client.send("detach", { handle: 0 });
        await client.expect("detach");
        client.send("close");
        await client.expect("close");
      }
      await fill(side, ["while away"], side.topic);
      await using client = await RawClient.session(side.peer, container);
      const { fields } = await client.attach("subscription", { handle: 0, ...durable });
      client.flow({ handle: 0, deliveryCount: 0, linkCredit: 5 });
      const { first, payload } = await receiveDelivery(client);
      client.send("disposition", { role: true, first: first.fields.deliveryId as number, settled: true, state: composite("accepted") });
      client.send("detach", { handle: 0, closed: true });
      const detach = await client.expect("detach");
      await fill(side, ["after the end"], side.topic);
      await client.attach("subscription", { handle: 0, ...durable });
      client.flow({ handle: 0, deliveryCount: 0, linkCredit: 5 });
      await client.settle();
      const transfers = client.frames.filter(({ type }) => type === "transfer").length;
      client.send("detach", { handle: 0, closed: true });
      await client.expect("detach");
      const { durable: echoed, expiryPolicy } = (fields.source as { fields: Record<string, unknown> }).fields;
      return [echoed, expiryPolicy, bodyOf(payload), seen(detach), transfers];
    },
  },
  {
    name: "a durable subscription can be asked for with a null source and ended",
    run: async (side) => {
      const container = { containerId: "recovering-subscriber" };
      await using client = await RawClient.session(side.peer, container);
      await client.attach("recovered", { handle: 0, ...receiverAt(side.topic, { durable: 2, expiryPolicy: "never" }) });
      client.send("detach", { handle: 0 });
      await client.expect("detach");
      const recovered = await client.attach("recovered", { handle: 0, role: true, target: composite("target", {}) });
      client.send("detach", { handle: 0, closed: true });
      await client.expect("detach");
      const gone = await client.attach("recovered", { handle: 0, role: true, target: composite("target", {}) });
      const detach = gone.fields.source === undefined ? conditionOf(await client.expect("detach")) : "attached";
      return [seen(recovered, ["properties"]), detach];
    },
  },
  {
    name: "a shared subscription divides messages between two links",
    run: async (side) => {
      await using client = await RawClient.session(side.peer, { containerId: "sharers", desiredCapabilities: ["SHARED-SUBS"] });
      const shared = receiverAt(side.topic, { capabilities: ["shared", "topic"] });
      const first = await client.attach("shared-subscription", { handle: 0, ...shared });
      await client.attach("shared-subscription|1", { handle: 1, ...shared });
      for (const handle of [0, 1]) client.flow({ handle, deliveryCount: 0, linkCredit: 10 });
      await client.settle();
      await fill(side, ["1", "2", "3", "4"], side.topic);
      const handles: unknown[] = [];
      for (let index = 0; index < 4; index++) handles.push((await receiveDelivery(client)).first.fields.handle);
      return [(first.fields.source as { fields: { capabilities: unknown } }).fields.capabilities, handles.filter((handle) => (handle ?? 0) === 0).length, handles.length];
    },
  },
  {
    name: "a dynamic source gives an address to which others can send",
    run: async (side) => {
      await using client = await RawClient.session(side.peer);
      const { fields } = await client.attach("replies", { handle: 0, role: true, source: composite("source", { dynamic: true }), target: composite("target", {}) });
      const source = (fields.source as { fields: { address: string; dynamic: boolean } }).fields;
      client.flow({ handle: 0, deliveryCount: 0, linkCredit: 5 });
      await client.settle();
      const filling = fill(side, ["reply"], source.address);
      const { first, payload } = await receiveDelivery(client);
      client.send("disposition", { role: true, first: first.fields.deliveryId as number, settled: true, state: composite("accepted") });
      await filling;
      return [source.dynamic, source.address.length > 0, bodyOf(payload)];
    },
  },
  {
    name: "a reply that nobody has taken yet is not settled",
    run: async (side) => {
      await using client = await RawClient.session(side.peer);
      const { fields } = await client.attach("replies", { handle: 0, role: true, source: composite("source", { dynamic: true }), target: composite("target", {}) });
      client.flow({ handle: 0, deliveryCount: 0, linkCredit: 5 });
      await client.settle();
      await using other = await sender(side, (fields.source as { fields: { address: string } }).fields.address);
      other.send("transfer", { handle: 0, deliveryId: 0, deliveryTag: Buffer.from("r"), messageFormat: 0 }, { payload: message("reply") });
      const { first } = await receiveDelivery(client);
      const isSettled = (): boolean => other.frames.some(({ type }) => type === "disposition");
      // Artemis tells the sender on another thread, so that one time round may be ahead of it.
      for (let round = 0; round < maxRounds && !isSettled(); round++) await other.settle();
      const isEarly = isSettled();
      client.send("disposition", { role: true, first: first.fields.deliveryId as number, settled: true, state: composite("accepted") });
      if (!isEarly) await other.expect("disposition");
      return isEarly ? "settled before it is taken" : "settled when it is taken";
    },
  },
  {
    name: "a dynamic target gives an address from which others can receive",
    run: async (side) => {
      await using client = await RawClient.session(side.peer);
      const properties = { "lifetime-policy": described(0x2b, []) };
      client.send("attach", { name: "temporary", handle: 0, role: false, initialDeliveryCount: 0, source: composite("source", {}), target: composite("target", { dynamic: true, capabilities: ["temporary-queue"], dynamicNodeProperties: properties }) });
      const { fields } = await client.expect("attach");
      const target = (fields.target as { fields: { address: string; dynamic: boolean } } | undefined)?.fields;
      if (!target) return conditionOf(await client.expect("detach"));
      await client.expect("flow");
      await sendAccepted(client, ["temporary"]);
      await client.attach("in", { handle: 1, ...receiverAt(target.address) });
      client.flow({ handle: 1, deliveryCount: 0, linkCredit: 5 });
      return [target.dynamic, bodyOf((await receiveDelivery(client)).payload)];
    },
  },
  {
    name: "a sender without an address sends to what each message names",
    run: async (side) => {
      await using client = await anonymous(side);
      client.send("transfer", transferTo(0), { payload: message("named", [to(side.queue)]) });
      const known = await client.expect("disposition");
      await client.attach("in", { handle: 1, ...receiverAt(side.queue) });
      client.flow({ handle: 1, deliveryCount: 0, linkCredit: 5 });
      const { payload } = await receiveDelivery(client);
      return [seen(known), payload.equals(message("named", [to(side.queue)])), bodyOf(payload)];
    },
  },
  {
    name: "a message for an address that is not there is rejected, and the sender lives on",
    run: async (side) => {
      await using client = await anonymous(side);
      client.send("transfer", transferTo(0), { payload: message("lost", [to("no-such-address")]) });
      const state = (await client.expect("disposition")).fields.state as { type: string; fields: { error: { fields: { condition: string } } } };
      client.send("transfer", transferTo(1), { payload: message("named", [to(side.queue)]) });
      const { fields } = await client.expect("disposition");
      return [state.type, state.fields.error.fields.condition, (fields.state as { type: string }).type];
    },
  },
  {
    name: "a message in several frames finds its way, whichever frame names it",
    run: async (side) => {
      await using client = await anonymous(side);
      const whole = message(Buffer.alloc(3000, "x"), [annotation("note", "n".repeat(600)), to(side.queue)]);
      for (let at = 0; at < whole.length; at += 100) {
        const more = at + 100 < whole.length;
        client.send("transfer", at === 0 ? { ...transferTo(0), more } : { handle: 0, more }, { payload: whole.subarray(at, at + 100) });
      }
      await client.expect("disposition");
      await client.attach("in", { handle: 1, ...receiverAt(side.queue) });
      client.flow({ handle: 1, deliveryCount: 0, linkCredit: 5 });
      return (await receiveDelivery(client)).payload.equals(whole);
    },
  },
  {
    name: "the open says that anonymous senders and shared subscriptions are offered",
    run: async ({ peer }) => {
      await using client = await RawClient.login(peer);
      client.send("open", { containerId: "capabilities", desiredCapabilities: symbols(["ANONYMOUS-RELAY", "SHARED-SUBS", "DELAYED_DELIVERY"]) });
      const { fields } = await client.expect("open");
      return [fields.offeredCapabilities].flat().sort();
    },
  },
];

