import rhea, { type Connection, type EventContext, type Receiver, type Sender } from "rhea";

const answerMs = 15_000;

/** Words with which a gateway refused or ended something. */
export interface Refusal {
  readonly condition: string;
  readonly description: string;
}

/** An application that has logged in with a credential over plain AMQP, as an ordinary client does. */
export interface Program extends Disposable {
  readonly isOpen: boolean;
  /** Attaches a sender and a receiver; answers the refusal of the first that is refused. */
  attach(address: string): Promise<Exchange | Refusal>;
  /** Sends these bytes as a message, whatever they are, and answers what became of it; may wait for long for somebody to decide. */
  sendBytes(address: string, bytes: Buffer): Promise<string>;
}

/** A sender and a receiver on one address. */
export interface Exchange {
  /** Sends a text, waits until it arrives, and answers what became of the delivery. */
  roundTrip(text: string): Promise<string>;
  /** How either link was ended by the gateway. */
  readonly ended: Promise<Refusal>;
}

export function isRefusal(answer: Exchange | Refusal): answer is Refusal {
  return "condition" in answer;
}

/**
 * Logs in with SASL PLAIN.
 * @returns the refusal when the gateway does not let it in
 */
export async function logIn(port: number, login: string, secret: string): Promise<Program | Refusal> {
  const container = rhea.create_container();
  const connection = container.connect({ host: "127.0.0.1", port, username: login, password: secret, reconnect: false });
  const answer = await within(
    new Promise<"open" | Refusal>((resolve) => {
      connection.once("connection_open", () => resolve("open"));
      connection.once("connection_error", ({ error }: EventContext) => resolve(refusalOf({ error })));
      connection.once("disconnected", ({ error }: EventContext) => resolve({ condition: "disconnected", description: (error as Error | undefined)?.message ?? "" }));
      container.on("error", () => undefined);
    }),
    "an answer to the login",
  );
  if (answer !== "open") return answer;
  return {
    get isOpen() {
      return connection.is_open();
    },
    attach: (address) => attach(connection, address),
    sendBytes: (address, bytes) => sendBytes(connection, address, bytes),
    [Symbol.dispose]: () => connection.close(),
  };
}

async function sendBytes(connection: Connection, address: string, bytes: Buffer): Promise<string> {
  const sender = connection.open_sender({ target: { address } });
  const outcome = new Promise<string>((resolve) => {
    for (const each of ["accepted", "released", "rejected", "modified"]) sender.once(each, () => resolve(each));
    sender.once("sender_error", () => resolve(refusalOf(sender).condition));
  });
  // With a format of its own rhea takes the payload as it is.
  sender.once("sendable", () => sender.send(bytes as never, undefined, 0));
  return outcome.finally(() => sender.close());
}

async function attach(connection: Connection, address: string): Promise<Exchange | Refusal> {
  const receiver = connection.open_receiver({ source: { address }, credit_window: 10 });
  const sender = connection.open_sender({ target: { address } });
  const ends = new Promise<Refusal>((resolve) => {
    receiver.on("receiver_error", () => resolve(refusalOf(receiver)));
    sender.on("sender_error", () => resolve(refusalOf(sender)));
  });
  const opened = Promise.all([
    new Promise((resolve) => receiver.once("receiver_open", resolve)),
    new Promise((resolve) => sender.once("sendable", resolve)),
  ]);
  const refusal = await within(Promise.race([ends, opened.then(() => undefined)]), `an answer to the attach to ${address}`);
  if (refusal) return refusal;
  return { ended: ends, roundTrip: (text) => within(roundTrip(sender, receiver, text), "a message to come through") };
}

async function roundTrip(sender: Sender, receiver: Receiver, text: string): Promise<string> {
  // What a lost connection left unsettled may come first, a second time.
  const arrived = new Promise<void>((resolve) => receiver.on("message", ({ message }: EventContext) => message?.body === text && resolve()));
  const settled = new Promise<string>((resolve) => {
    for (const outcome of ["accepted", "released", "rejected", "modified"]) sender.once(outcome, () => resolve(outcome));
  });
  sender.send({ body: text });
  const [outcome] = await Promise.all([settled, arrived]);
  return outcome;
}

function refusalOf({ error }: { readonly error?: unknown }): Refusal {
  const { condition, description, message } = (error ?? {}) as { condition?: string; description?: string; message?: string };
  return { condition: condition ?? "", description: description ?? message ?? "" };
}

async function within<T>(answer: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`There was no sign of ${what} within ${answerMs} ms.`)), answerMs);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
