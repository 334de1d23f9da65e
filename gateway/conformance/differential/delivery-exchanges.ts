import { ValueReader } from "../support/amqp-value.ts";
import { composite, named } from "../support/performatives.ts";
import { RawClient, type ReceivedFrame } from "../support/raw-client.ts";
import { bodyOf, conditionOf, drain, type Exchange, fill, message, receiveDelivery, receiverAt, seen, sendAccepted, sender, senderTo, type Side } from "./exchange.ts";

/** The header section that a delivery begins with, as far as it tells of former deliveries. */
function deliveryHeader(payload: Buffer): unknown {
  const section = named(new ValueReader(payload).next()) as { descriptor?: number; value?: unknown[] };
  return section.descriptor === 0x70 ? { firstAcquirer: section.value?.[3] ?? null, deliveryCount: section.value?.[4] ?? null } : "no header";
}

async function receiver(side: Side, credit: number, attach: Readonly<Record<string, number>> = {}): Promise<RawClient> {
  const client = await RawClient.session(side.peer);
  await client.attach("in", { handle: 0, ...receiverAt(side.queue), ...attach });
  if (credit > 0) client.flow({ handle: 0, deliveryCount: 0, linkCredit: credit });
  return client;
}

function outcome(client: RawClient, delivery: ReceivedFrame, state: ReturnType<typeof composite>, settled = true): void {
  client.send("disposition", { role: true, first: delivery.fields.deliveryId as number, settled, state });
}

const error = composite("error", { condition: "test:refused", description: "not wanted" });

/** Transfers, outcomes, settlement, credit. */
export const deliveryExchanges: readonly Exchange[] = [
  {
    name: "an unsettled message is accepted and settled",
    run: async (side) => {
      await using client = await sender(side);
      client.send("transfer", { handle: 0, deliveryId: 0, deliveryTag: Buffer.from("tag"), messageFormat: 0 }, { payload: message("hello") });
      return seen(await client.expect("disposition"), ["batchable"]);
    },
  },
  {
    name: "a pre-settled message is not answered and arrives",
    run: async (side) => {
      {
        await using client = await sender(side);
        client.send("transfer", { handle: 0, deliveryId: 0, deliveryTag: Buffer.from("tag"), messageFormat: 0, settled: true }, { payload: message("settled") });
        await client.settle();
        if (client.frames.some(({ type }) => type === "disposition")) return "answered";
        client.send("close");
        await client.expect("close");
      }
      await using client = await receiver(side, 1);
      return bodyOf((await receiveDelivery(client)).payload);
    },
  },
  {
    name: "a delivery's transfer is answered field by field",
    run: async (side) => {
      await fill(side, ["fields"]);
      await using client = await receiver(side, 1);
      const { first, payload } = await receiveDelivery(client);
      return [seen(first, ["deliveryTag"]), first.fields.deliveryTag !== undefined, payload.toString("hex")];
    },
  },
  ...([0, 1, 2] as const).map((mode): Exchange => ({
    name: `a receiver with sender settle mode ${mode} gets its deliveries ${mode === 1 ? "settled" : "unsettled"}`,
    run: async (side) => {
      await fill(side, ["mode"]);
      await using client = await receiver(side, 1, { sndSettleMode: mode });
      return (await receiveDelivery(client)).first.fields.settled ?? false;
    },
  })),
  {
    name: "a message in three frames is one delivery",
    run: async (side) => {
      const whole = message("x".repeat(3000));
      {
        await using client = await sender(side);
        client.send("transfer", { handle: 0, deliveryId: 0, deliveryTag: Buffer.from("tag"), messageFormat: 0, more: true }, { payload: whole.subarray(0, 1000) });
        client.send("transfer", { handle: 0, more: true }, { payload: whole.subarray(1000, 2000) });
        client.send("transfer", { handle: 0, more: false }, { payload: whole.subarray(2000) });
        await client.expect("disposition");
      }
      await using client = await receiver(side, 2);
      const { payload } = await receiveDelivery(client);
      return bodyOf(payload).length;
    },
  },
  {
    name: "an aborted message is forgotten and its credit given back",
    run: async (side) => {
      {
        await using client = await sender(side);
        client.send("transfer", { handle: 0, deliveryId: 0, deliveryTag: Buffer.from("tag"), messageFormat: 0, more: true }, { payload: message("x".repeat(100)).subarray(0, 50) });
        client.send("transfer", { handle: 0, aborted: true });
        await sendAccepted(client, ["after"], 1);
      }
      await using client = await receiver(side, 0);
      return (await drain(client)).map(({ payload }) => bodyOf(payload));
    },
  },
  {
    name: "a message of 2 MB passes whole, in frames no larger than the receiver's",
    run: async (side) => {
      const whole = message(Buffer.alloc(2_000_000, 0x61));
      {
        await using client = await sender(side);
        const size = 16_000;
        for (let at = 0; at < whole.length; at += size) {
          const first = at === 0 ? { deliveryId: 0, deliveryTag: Buffer.from("tag"), messageFormat: 0 } : {};
          client.send("transfer", { handle: 0, ...first, more: at + size < whole.length }, { payload: whole.subarray(at, at + size) });
        }
        await client.expect("disposition");
      }
      await using client = await RawClient.session(side.peer, { maxFrameSize: 4096 });
      await client.attach("in", { handle: 0, ...receiverAt(side.queue) });
      client.flow({ handle: 0, deliveryCount: 0, linkCredit: 1, incomingWindow: 2 ** 31 - 1 });
      const { payload } = await receiveDelivery(client);
      return [payload.length - whole.length <= 16, bodyOf(payload).length, client.frames.every((received) => received.bytes <= 4096)];
    },
  },
  ...(
    [
      ["accepted", composite("accepted")],
      ["released", composite("released")],
      ["rejected", composite("rejected", { error })],
      ["modified, delivery failed", composite("modified", { deliveryFailed: true })],
      ["modified, undeliverable here", composite("modified", { deliveryFailed: true, undeliverableHere: true })],
    ] as const
  ).map(([name, state]): Exchange => ({
    name: `after the outcome ${name} another consumer finds what the broker leaves`,
    run: async (side) => {
      await fill(side, ["once"]);
      {
        await using client = await receiver(side, 1);
        outcome(client, (await receiveDelivery(client)).first, state);
        await client.settle();
        client.send("close");
        await client.expect("close");
      }
      await using client = await receiver(side, 0);
      const [again] = await drain(client);
      return again ? [bodyOf(again.payload), deliveryHeader(again.payload)] : "nothing";
    },
  })),
  {
    name: "an unsettled delivery of a link that ends comes again",
    run: async (side) => {
      await fill(side, ["again"]);
      {
        await using client = await receiver(side, 1);
        await receiveDelivery(client);
        client.send("detach", { handle: 0, closed: true });
        await client.expect("detach");
      }
      await using client = await receiver(side, 1);
      const { payload } = await receiveDelivery(client);
      return [bodyOf(payload), deliveryHeader(payload)];
    },
  },
  {
    name: "an accepted outcome that is not settled is settled by the peer",
    run: async (side) => {
      await fill(side, ["second"]);
      await using client = await receiver(side, 1);
      outcome(client, (await receiveDelivery(client)).first, composite("accepted"), false);
      return seen(await client.expect("disposition"), ["batchable"]);
    },
  },
  {
    name: "one disposition settles a range",
    run: async (side) => {
      await fill(side, ["1", "2", "3"]);
      {
        await using client = await receiver(side, 3);
        const first = (await receiveDelivery(client)).first.fields.deliveryId as number;
        await receiveDelivery(client);
        const last = (await receiveDelivery(client)).first.fields.deliveryId as number;
        client.send("disposition", { role: true, first, last, settled: true, state: composite("accepted") });
        await client.settle();
        client.send("close");
        await client.expect("close");
      }
      await using client = await receiver(side, 0);
      return (await drain(client)).length;
    },
  },
  {
    name: "drain of an empty queue uses the credit up",
    run: async (side) => {
      await using client = await receiver(side, 0);
      client.flow({ handle: 0, deliveryCount: 0, linkCredit: 5, drain: true });
      const { fields } = await client.expect("flow", (received) => received.fields.handle !== undefined);
      return [fields.linkCredit, fields.deliveryCount, fields.drain];
    },
  },
  {
    name: "drain gives what is there and uses the rest up",
    run: async (side) => {
      await fill(side, ["1", "2"]);
      await using client = await receiver(side, 0);
      client.flow({ handle: 0, deliveryCount: 0, linkCredit: 5, drain: true });
      const bodies = [bodyOf((await receiveDelivery(client)).payload), bodyOf((await receiveDelivery(client)).payload)];
      const { fields } = await client.expect("flow", (received) => received.fields.handle !== undefined);
      return [bodies, fields.linkCredit, fields.deliveryCount];
    },
  },
  {
    name: "a link flow with echo is answered with the link's state",
    run: async (side) => {
      await using client = await receiver(side, 0);
      client.flow({ handle: 0, deliveryCount: 0, linkCredit: 7, echo: true });
      const { fields } = await client.expect("flow", (received) => received.fields.handle !== undefined);
      return [fields.handle, fields.deliveryCount, fields.linkCredit];
    },
  },
  {
    name: "credit bounds what comes, and comes back with the next flow",
    run: async (side) => {
      await fill(side, ["1", "2", "3"]);
      await using client = await receiver(side, 2);
      await receiveDelivery(client);
      await receiveDelivery(client);
      await client.settle();
      const before = client.frames.filter(({ type }) => type === "transfer").length;
      client.flow({ handle: 0, deliveryCount: 2, linkCredit: 1, nextIncomingId: 2 });
      return [before, bodyOf((await receiveDelivery(client)).payload)];
    },
  },
  {
    name: "a credit that is taken back holds deliveries up",
    run: async (side) => {
      await using client = await receiver(side, 5);
      client.flow({ handle: 0, deliveryCount: 0, linkCredit: 0 });
      await client.settle();
      await fill(side, ["held"]);
      await client.settle();
      const held = client.frames.filter(({ type }) => type === "transfer").length;
      return [held, (await drain(client)).length];
    },
  },
  {
    name: "an incoming window of 1 lets one frame through at a time",
    run: async (side) => {
      await fill(side, ["1", "2"]);
      await using client = await RawClient.open(side.peer);
      await client.begin(0, { incomingWindow: 1 });
      await client.attach("in", { handle: 0, ...receiverAt(side.queue) });
      client.flow({ handle: 0, deliveryCount: 0, linkCredit: 5, incomingWindow: 1 });
      const one = bodyOf((await receiveDelivery(client)).payload);
      const { fields } = await client.attach("other", { handle: 1, ...senderTo(side.queue) });
      const early = client.frames.filter(({ type }) => type === "transfer").length;
      client.flow({ incomingWindow: 1, nextIncomingId: 1 });
      return [one, fields.name, early, bodyOf((await receiveDelivery(client)).payload)];
    },
  },
  {
    name: "a delivery count goes on over 2^32",
    run: async (side) => {
      {
        await using client = await RawClient.session(side.peer);
        await client.attach("out", { handle: 0, ...senderTo(side.queue), initialDeliveryCount: 2 ** 32 - 2 });
        const { fields } = await client.expect("flow", (received) => received.fields.handle !== undefined);
        if (fields.deliveryCount !== 2 ** 32 - 2) return ["credit counts from", fields.deliveryCount];
        await sendAccepted(client, ["1", "2", "3", "4"]);
        client.send("close");
        await client.expect("close");
      }
      await using client = await receiver(side, 0);
      return (await drain(client)).map(({ payload }) => bodyOf(payload));
    },
  },
  {
    name: "credit of 2^32 - 1",
    run: async (side) => {
      await fill(side, ["1", "2"]);
      await using client = await receiver(side, 2 ** 32 - 1);
      await client.settle();
      return client.frames.filter(({ type }) => type === "transfer").length;
    },
  },
  {
    name: "messages keep their order",
    run: async (side) => {
      const bodies = Array.from({ length: 50 }, (_, index) => String(index));
      await fill(side, bodies);
      await using client = await receiver(side, 50);
      const seenBodies: string[] = [];
      while (seenBodies.length < 50) seenBodies.push(bodyOf((await receiveDelivery(client)).payload));
      return seenBodies;
    },
  },
  {
    name: "a delivery tag that is in use, a delivery id that goes back: what the peer says",
    run: async (side) => {
      await using client = await sender(side);
      client.send("transfer", { handle: 0, deliveryId: 5, deliveryTag: Buffer.from("a"), messageFormat: 0 }, { payload: message("one") });
      const first = await client.next();
      return first.type === "disposition" ? seen(first, ["batchable"]) : [first.type, conditionOf(first)];
    },
  },
];
