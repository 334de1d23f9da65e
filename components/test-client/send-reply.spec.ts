import rhea, { type Connection, type EventContext, type Receiver } from "rhea";
import { afterEach, beforeEach, expect, it } from "vitest";
import { emptyDraft } from "./message-draft.ts";
import { sendReply } from "./send-reply.ts";

const draft = emptyDraft(false);

let server: { address(): unknown; once(event: string, then: (value: unknown) => void): unknown; close(): void };
let connection: Connection;
/** What the requester's side does with an attach and with what comes. */
let onAttach: (receiver: Receiver) => void;
let onMessage: (context: EventContext) => void;

beforeEach(async () => {
  const requester = rhea.create_container();
  onAttach = (receiver) => void receiver.add_credit(1);
  onMessage = ({ delivery }) => void delivery?.accept();
  requester.on("receiver_open", ({ receiver }: EventContext) => onAttach(receiver!));
  requester.on("message", (context: EventContext) => onMessage(context));
  for (const event of ["disconnected", "error"]) requester.on(event, () => undefined);
  server = requester.listen({ port: 0, receiver_options: { autoaccept: false, credit_window: 0, max_message_size: 1_000 } } as never) as never;
  await new Promise((resolve) => server.once("listening", resolve));
  const responder = rhea.create_container();
  for (const event of ["disconnected", "error"]) responder.on(event, () => undefined);
  connection = responder.connect({ port: (server.address() as { port: number }).port, reconnect: false });
  await new Promise((resolve) => connection.once("connection_open", resolve));
});

afterEach(() => {
  connection.close();
  server.close();
});

it("answers what became of the reply, with the reason of a rejection", async () => {
  expect(await sendReply(connection, rhea, "_reply.a", draft)).toBe("accepted");
  onMessage = ({ delivery }) => void delivery?.modified({ delivery_failed: true, undeliverable_here: true });
  expect(await sendReply(connection, rhea, "_reply.a", draft)).toBe("modified");
  onMessage = ({ delivery }) => void delivery?.reject({ condition: "my:own", description: "not that one" });
  expect(await sendReply(connection, rhea, "_reply.a", draft)).toBe("rejected: not that one");
});

it("does not send a reply that is larger than its address takes, and goes on with the connection", async () => {
  const arrived: unknown[] = [];
  onMessage = ({ message, delivery }) => {
    arrived.push(message?.body);
    delivery?.accept();
  };
  await expect(sendReply(connection, rhea, "_reply.a", { ...draft, body: "x".repeat(1_001) })).rejects.toThrow(/^The reply was not sent\. It has 1,\d+ bytes with all its sections, and its reply address takes at most 1,000 \(1000 B\) in one message\. Make it smaller\.$/);
  expect(await sendReply(connection, rhea, "_reply.a", { ...draft, body: "small" })).toBe("accepted");
  expect(arrived).toEqual(["small"]);
});

it("says whether a reply may have arrived when its link or its connection goes", async () => {
  onAttach = (receiver) => receiver.close({ condition: "amqp:not-found", description: "Whoever asked is gone." });
  await expect(sendReply(connection, rhea, "_reply.a", draft)).rejects.toThrow("The reply was not sent. Whoever asked is gone.");
  onAttach = (receiver) => void receiver.add_credit(1);
  onMessage = ({ connection: theirs }) => void theirs.close();
  await expect(sendReply(connection, rhea, "_reply.a", draft)).rejects.toThrow("The connection was lost. The reply had no outcome yet, so it may or may not have arrived.");
});
