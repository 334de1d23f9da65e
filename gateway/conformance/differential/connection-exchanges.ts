import { raw, symbol } from "../support/amqp-value.ts";
import { RawClient, saslHeader } from "../support/raw-client.ts";
import { frame } from "../support/performatives.ts";
import { answerToBreach, conditionOf, type Exchange, receiverAt, seen, senderTo } from "./exchange.ts";

/**
 * Login, open, begin, end, close, and breaches of their rules. Breaches before the login are not here: some of them set Artemis 2.56
 * into an endless loop half a minute later, in which it takes no new connection; abuse/attack.ts tries them on the gateway.
 */
export const connectionExchanges: readonly Exchange[] = [
  {
    name: "a refused password is told with the SASL outcome 1",
    run: async ({ peer }) => {
      await using client = await RawClient.dial(peer);
      client.write(saslHeader);
      await client.header();
      await client.expect("saslMechanisms");
      client.sasl("saslInit", { mechanism: "PLAIN", initialResponse: Buffer.from(`\0${peer.user}\0wrong`) });
      return seen(await client.expect("saslOutcome"), ["additionalData"]);
    },
  },
  {
    name: "pipelined header, open, begin and attach are all answered",
    run: async (side) => {
      await using client = await RawClient.login(side.peer);
      client.send("open", { containerId: "pipelined" });
      client.send("begin", { nextOutgoingId: 0, incomingWindow: 10, outgoingWindow: 10 });
      client.send("attach", { name: "in", handle: 0, ...receiverAt(side.queue) });
      return [(await client.expect("open")).type, (await client.expect("begin")).fields.remoteChannel, (await client.expect("attach")).fields.name];
    },
  },
  {
    name: "begin is answered with the remote channel, on any channel",
    run: async ({ peer }) => {
      await using client = await RawClient.open(peer);
      const first = await client.begin(0);
      const other = await client.begin(7);
      return [first.fields.remoteChannel, other.fields.remoteChannel, Number(first.fields.incomingWindow) > 0, Number(first.fields.outgoingWindow) > 0];
    },
  },
  {
    name: "end is answered with end, and the channel can be used again",
    run: async ({ peer }) => {
      await using client = await RawClient.session(peer);
      client.send("end");
      const end = await client.expect("end");
      const again = await client.begin(0);
      return [conditionOf(end), again.fields.remoteChannel];
    },
  },
  {
    name: "close is answered with close and the end of the socket",
    run: async ({ peer }) => {
      await using client = await RawClient.session(peer);
      client.send("close");
      return [conditionOf(await client.expect("close")), await client.closed()];
    },
  },
  {
    name: "a session flow with echo is answered with the session's state",
    run: async ({ peer }) => {
      await using client = await RawClient.session(peer);
      client.flow({ echo: true });
      await client.settle();
      const answer = client.frames.find(({ type }) => type === "flow");
      if (answer === undefined) return "no flow";
      const { fields } = answer;
      return [fields.nextIncomingId, fields.handle, Number(fields.incomingWindow) > 0, fields.echo ?? false];
    },
  },
  {
    name: "a begin on a channel beyond channel-max closes the connection",
    run: async ({ peer }) => {
      await using client = await RawClient.open(peer, { channelMax: 3 });
      client.send("begin", { nextOutgoingId: 0, incomingWindow: 10, outgoingWindow: 10 }, { channel: 9 });
      const answer = await client.next().catch(() => undefined);
      return answer === undefined || answer.type !== "begin" ? "refused" : "allowed";
    },
  },
  {
    name: "an unknown performative is a decode error",
    run: async ({ peer }) => {
      await using client = await RawClient.session(peer);
      client.write(frame(0, raw(0x00, 0x53, 0x99, 0x45)));
      return answerToBreach(client);
    },
  },
  {
    name: "a performative that ends within a field is a decode error",
    run: async ({ peer }) => {
      await using client = await RawClient.session(peer);
      client.write(frame(0, raw(0x00, 0x53, 0x12, 0xc0, 0x08, 0x02, 0xa1, 0x7f, 0x41)));
      return answerToBreach(client);
    },
  },
  {
    name: "a mandatory field that is missing is refused",
    run: async ({ peer }) => {
      await using client = await RawClient.session(peer);
      client.send("attach", { handle: 0, role: true });
      return answerToBreach(client);
    },
  },
  {
    name: "a field of the wrong type is a decode error",
    run: async ({ peer }) => {
      await using client = await RawClient.session(peer);
      client.send("attach", { name: symbol("text"), handle: symbol("handle"), role: true });
      return answerToBreach(client);
    },
  },
  {
    name: "a frame of 7 bytes is refused",
    run: async ({ peer }) => {
      await using client = await RawClient.session(peer);
      client.write(Buffer.from([0, 0, 0, 7, 2, 0, 0]));
      client.write(Buffer.alloc(16));
      return answerToBreach(client);
    },
  },
  {
    name: "frames of the size agreed on are taken",
    run: async ({ peer, queue }) => {
      await using client = await RawClient.session(peer, { maxFrameSize: 512 });
      const { fields } = await client.attach("out", { handle: 0, ...senderTo(queue) });
      return [fields.name, client.frames.every((received) => received.bytes <= 512)];
    },
  },
  {
    name: "an idle time-out is kept by heartbeats",
    run: async ({ peer }) => {
      await using client = await RawClient.session(peer, { idleTimeOut: 1000 });
      const deadline = Date.now() + 3000;
      while (client.heartbeats === 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      return client.heartbeats > 0;
    },
  },
];
