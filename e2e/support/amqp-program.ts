import { readFileSync } from "node:fs";
import rhea, { type Connection, type ConnectionOptions, type EventContext } from "rhea";
import { WebSocket } from "ws";
import type { TestSession } from "#contracts/test-client/ticket.ts";

const stepMs = 15_000;

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
    const sender = this.#connection.open_sender(address);
    const outcome = new Promise<string>((resolve, reject) => {
      for (const name of ["accepted", "rejected", "released", "modified"]) sender.once(name, () => resolve(name));
      sender.once("sender_error", () => reject(linkError(sender.error)));
    });
    sender.once("sendable", () => sender.send({ body, creation_time: new Date() }));
    return inTime("send", outcome);
  }

  /** Receives one message and answers its body. @throws Error with the condition when the link is refused */
  async receive(address: string): Promise<unknown> {
    const receiver = this.#connection.open_receiver({ source: address, credit_window: 1 });
    const body = new Promise<unknown>((resolve, reject) => {
      receiver.once("message", ({ message }: EventContext) => resolve(message?.body));
      receiver.once("receiver_error", () => reject(linkError(receiver.error)));
    });
    return inTime("receive", body);
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

async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  const timer = AbortSignal.timeout(stepMs);
  return Promise.race([work, new Promise<never>((_resolve, reject) => timer.addEventListener("abort", () => reject(new Error(`The program could not ${what} within ${stepMs} ms.`))))]);
}
