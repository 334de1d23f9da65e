import { binary, described, list } from "../support/amqp-value.ts";
import { composite } from "../support/performatives.ts";
import { RawClient, type ReceivedFrame } from "../support/raw-client.ts";
import { bodyOf, conditionOf, drain, type Exchange, fill, message, receiveDelivery, receiverAt, seen, senderTo, type Side } from "./exchange.ts";

const value = (content: ReturnType<typeof composite>): Buffer => described(0x77, content).bytes;

interface State {
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function stateOf(disposition: ReceivedFrame): State {
  return disposition.fields.state as State;
}

/** A session with a coordinator link on handle 0 and a sender to the queue on handle 1. */
async function transactional(side: Side): Promise<{ client: RawClient; attach: ReceivedFrame }> {
  const client = await RawClient.session(side.peer);
  client.send("attach", { name: "transactions", handle: 0, role: false, initialDeliveryCount: 0, source: composite("source", {}), target: composite("coordinator", { capabilities: ["amqp:local-transactions"] }) });
  const attach = await client.expect("attach");
  if (attach.fields.target === undefined) throw new Error(`No transactions: ${conditionOf(await client.expect("detach"))}`);
  await client.expect("flow");
  await client.attach("out", { handle: 1, ...senderTo(side.queue) });
  await client.expect("flow");
  return { client, attach };
}

async function command(client: RawClient, deliveryId: number, content: ReturnType<typeof composite>): Promise<State> {
  client.send("transfer", { handle: 0, deliveryId, deliveryTag: Buffer.from(`c${deliveryId}`), messageFormat: 0 }, { payload: value(content) });
  return stateOf(await client.expect("disposition"));
}

async function declare(client: RawClient, deliveryId: number): Promise<Buffer> {
  const state = await command(client, deliveryId, composite("declare"));
  if (state.type !== "declared") throw new Error(`Declare was answered with ${JSON.stringify(state)}.`);
  return Buffer.from(String(state.fields.txnId).slice(2), "hex");
}

function sendIn(client: RawClient, txnId: Buffer, deliveryId: number, body: string): void {
  client.send("transfer", { handle: 1, deliveryId, deliveryTag: Buffer.from(`m${deliveryId}`), messageFormat: 0, state: composite("transactionalState", { txnId: binary(txnId) }) }, { payload: message(body) });
}

async function left(side: Side): Promise<string[]> {
  await using client = await RawClient.session(side.peer);
  await client.attach("in", { handle: 0, ...receiverAt(side.queue) });
  return (await drain(client)).map(({ payload }) => bodyOf(payload));
}

/** Coordinator links, declare, discharge, transactional sends and outcomes. */
export const transactionExchanges: readonly Exchange[] = [
  {
    name: "a coordinator link is attached with its capabilities",
    run: async (side) => {
      const { client, attach } = await transactional(side);
      await using _ = client;
      return seen(attach, ["properties", "maxMessageSize"]);
    },
  },
  {
    name: "sends in a transaction are there after its commit, and not before",
    run: async (side) => {
      const { client } = await transactional(side);
      await using _ = client;
      const txnId = await declare(client, 0);
      sendIn(client, txnId, 1, "in a transaction");
      const sent = stateOf(await client.expect("disposition"));
      const before = await left(side);
      const discharged = await command(client, 2, composite("discharge", { txnId: binary(txnId), fail: false }));
      return [sent.type, (sent.fields.outcome as State | undefined)?.type, before, discharged, await left(side)];
    },
  },
  {
    name: "sends of a transaction that is rolled back are gone",
    run: async (side) => {
      const { client } = await transactional(side);
      await using _ = client;
      const txnId = await declare(client, 0);
      sendIn(client, txnId, 1, "never");
      await client.expect("disposition");
      const discharged = await command(client, 2, composite("discharge", { txnId: binary(txnId), fail: true }));
      return [discharged, await left(side)];
    },
  },
  {
    name: "sends of a transaction whose connection ends are gone",
    run: async (side) => {
      const { client } = await transactional(side);
      const txnId = await declare(client, 0);
      sendIn(client, txnId, 1, "never");
      await client.expect("disposition");
      client.send("close");
      await client.expect("close");
      await client.closed();
      return left(side);
    },
  },
  {
    name: "an acceptance in a transaction counts from its commit",
    run: async (side) => {
      await fill(side, ["taken", "kept"]);
      const { client } = await transactional(side);
      await using _ = client;
      await client.attach("in", { handle: 2, ...receiverAt(side.queue) });
      client.flow({ handle: 2, deliveryCount: 0, linkCredit: 1 });
      const { first } = await receiveDelivery(client);
      const txnId = await declare(client, 0);
      client.send("disposition", { role: true, first: first.fields.deliveryId as number, settled: true, state: composite("transactionalState", { txnId: binary(txnId), outcome: composite("accepted") }) });
      const discharged = await command(client, 1, composite("discharge", { txnId: binary(txnId), fail: false }));
      client.send("detach", { handle: 2, closed: true });
      await client.expect("detach");
      return [discharged, await left(side)];
    },
  },
  {
    name: "the discharge of an unknown transaction is rejected with its condition",
    run: async (side) => {
      const { client } = await transactional(side);
      await using _ = client;
      const state = await command(client, 0, composite("discharge", { txnId: binary(Buffer.from("no such")), fail: false })).catch(() => undefined);
      return state ? [state.type, (state.fields.error as { fields: { condition: string } } | undefined)?.fields.condition] : "no disposition";
    },
  },
  {
    name: "a coordinator that is told nonsense",
    run: async (side) => {
      const { client } = await transactional(side);
      await using _ = client;
      client.send("transfer", { handle: 0, deliveryId: 0, deliveryTag: Buffer.from("c"), messageFormat: 0 }, { payload: described(0x77, list([])).bytes });
      const answer = await client.next().catch(() => undefined);
      return answer === undefined ? "nothing" : "answered";
    },
  },
];
