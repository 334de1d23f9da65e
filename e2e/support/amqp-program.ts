import { readFileSync } from "node:fs";
import rhea, { type Connection, type ConnectionOptions, type EventContext, type Message } from "rhea";
import { WebSocket } from "ws";
import { type AmqpMessage, decodeAmqpMessage } from "#contracts/messages/amqp-decode.ts";
import type { TestSession } from "#contracts/test-client/ticket.ts";

const stepMs = 15_000;

/** The bytes of what rhea has decoded: it keeps no types. */
const encoded = new WeakMap<object, Uint8Array>();
const messages = rhea.message as unknown as { decode(bytes: Buffer): object };
const decode = messages.decode.bind(messages);
messages.decode = (bytes) => {
  const message = decode(bytes);
  encoded.set(message, Uint8Array.from(bytes));
  return message;
};

/** An ordinary program with rhea: one connection that sends to and receives from addresses. */
export class AmqpProgram implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #ended: Promise<string>;

  private constructor(connection: Connection) {
    this.#connection = connection;
    this.#ended = new Promise((resolve) => {
      connection.on("connection_close", ({ error }: EventContext) => resolve(String((error as { description?: string } | undefined)?.description ?? "closed")));
      connection.on("disconnected", ({ error }: EventContext) => resolve(error?.message ?? "disconnected"));
    });
  }

  /** Logs in with an application credential. @throws Error when it is refused */
  static async logIn(url: string, login: string, secret: string, certificateFile: string): Promise<AmqpProgram> {
    const { protocol, hostname, port } = new URL(url);
    const tls = protocol === "amqps:" ? { transport: "tls" as const, servername: hostname, ca: readFileSync(certificateFile) } : {};
    return AmqpProgram.#connect({ host: hostname, port: Number(port), username: login, password: secret, ...tls } as ConnectionOptions);
  }

  /** Logs in with a ticket of the browser's test client. */
  static async withTicket(session: TestSession, origin: string): Promise<AmqpProgram> {
    const connect = rhea.websocket_connect(WebSocket as never)(session.webSocketUrl, ["amqp"], { origin } as never);
    return AmqpProgram.#connect({ connection_details: connect, username: session.login, token: session.ticket } as never);
  }

  static async #connect(options: ConnectionOptions): Promise<AmqpProgram> {
    const connection = rhea.create_container().connect({ ...options, reconnect: false });
    const program = new AmqpProgram(connection);
    const opened = new Promise<void>((resolve) => connection.once("connection_open", () => resolve()));
    await inTime("log in", Promise.race([opened, program.#ended.then((reason) => Promise.reject(new Error(reason)))]));
    return program;
  }

  /** Sends one message and answers its outcome. */
  async send(address: string, body: string): Promise<string> {
    return (await this.sendForState(address, body)).outcome;
  }

  /** Sends one message and answers its outcome with all that the other side has said. */
  async sendForState(address: string, body: string, withinMs = stepMs): Promise<{ readonly outcome: string; readonly state: unknown }> {
    const sender = this.#connection.open_sender({ target: address, treat_modified_as_released: false } as never);
    const outcome = new Promise<{ outcome: string; state: unknown }>((resolve, reject) => {
      for (const name of ["accepted", "rejected", "released", "modified"]) sender.once(name, ({ delivery }: EventContext) => resolve({ outcome: name, state: delivery?.remote_state }));
      sender.once("sender_error", () => reject(linkError(sender.error)));
    });
    sender.once("sendable", () => sender.send({ body, creation_time: new Date() }));
    return inTime("send", outcome, withinMs);
  }

  /** Receives one message and answers its body. @throws Error with the condition when the link is refused */
  async receive(address: string): Promise<unknown> {
    return (await this.#receiveOne(address)).body;
  }

  /** Receives one message and answers it with its types. @throws Error with the condition when the link is refused */
  async receiveTyped(address: string): Promise<AmqpMessage> {
    return decodeAmqpMessage(encoded.get(await this.#receiveOne(address))!);
  }

  /** Answers requests to an address from now on, but those for which there is no reply. */
  answer(address: string, replyTo: (body: unknown) => string | undefined): void {
    const connection = this.#connection;
    connection.open_receiver({ source: address, credit_window: 10 }).on("message", ({ message }: EventContext) => {
      const body = message === undefined ? undefined : replyTo(message.body);
      if (message?.reply_to === undefined || body === undefined) return;
      const sender = connection.open_sender(message.reply_to);
      sender.once("sendable", () => sender.send({ body, correlation_id: message.correlation_id! }));
      // The reply address goes with whoever has asked.
      sender.on("sender_error", () => undefined);
    });
  }

  async #receiveOne(address: string): Promise<Message> {
    const receiver = this.#connection.open_receiver({ source: address, credit_window: 0 });
    receiver.add_credit(1);
    const message = new Promise<Message>((resolve, reject) => {
      receiver.once("message", (context: EventContext) => resolve(context.message!));
      receiver.once("receiver_error", () => reject(linkError(receiver.error)));
    });
    return inTime("receive", message.finally(() => receiver.close()));
  }

  /** Resolves with the reason when the other side ends the connection. */
  ended(): Promise<string> {
    return inTime("end", this.#ended);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.close();
  }
}

function linkError(error: unknown): Error {
  const { condition, description } = error as { condition?: string; description?: string };
  return new Error(`${condition}: ${description}`);
}

async function inTime<T>(what: string, work: Promise<T>, withinMs = stepMs): Promise<T> {
  const timer = AbortSignal.timeout(withinMs);
  return Promise.race([work, new Promise<never>((_resolve, reject) => timer.addEventListener("abort", () => reject(new Error(`The program could not ${what} within ${withinMs} ms.`))))]);
}
