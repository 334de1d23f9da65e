import rhea, { type Connection, type EventContext, type Message, type Receiver, type Sender } from "rhea";

const requestMilliseconds = 10_000;

export interface ManagementReply {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/**
 * Requests to a management node (`$management` of a gateway, `activemq.management` of Artemis) over one connection of our own
 * to a peer of our own; for tests and benchmarks, which end when it breaks.
 */
export class ManagementNode implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #sender: Sender;
  readonly #replyTo: string;
  readonly #waiting = new Map<string, (reply: ManagementReply | Error) => void>();
  readonly #gone: Promise<void>;
  #requests = 0;

  private constructor(connection: Connection, sender: Sender, replyTo: string) {
    this.#connection = connection;
    this.#sender = sender;
    this.#replyTo = replyTo;
    connection.on("message", (context: EventContext) => this.#onReply(context.message!));
    connection.on("disconnected", () => this.#fail(new Error("The management connection broke.")));
    this.#gone = new Promise((resolve) => {
      for (const event of ["connection_close", "disconnected"]) connection.once(event, () => resolve());
    });
  }

  /** @param url `amqp://user:password@host:port`. @throws Error when the peer refuses or does not answer within 10 s */
  static connect(url: string, node: string): Promise<ManagementNode> {
    const { username, password, hostname, port } = new URL(url);
    const container = rhea.create_container();
    return new Promise((resolve, reject) => {
      const connection = container.connect({ username, password: decodeURIComponent(password), host: hostname, port: Number(port), reconnect: false });
      const timer = setTimeout(() => {
        connection.close();
        reject(new Error(`${node} at ${hostname}:${port} did not answer.`));
      }, requestMilliseconds);
      const sender = connection.open_sender(node);
      const receiver = connection.open_receiver({ source: { address: "", dynamic: true }, credit_window: 200 });
      const opened = () => {
        if (!sender.is_open() || !receiver.is_open()) return;
        clearTimeout(timer);
        resolve(new ManagementNode(connection, sender, addressOf(receiver)));
      };
      connection.on("sender_open", opened);
      connection.on("receiver_open", opened);
      for (const event of ["connection_error", "disconnected", "sender_error", "receiver_error"]) {
        connection.on(event, (context: EventContext) => {
          clearTimeout(timer);
          reject(new Error(`${node} at ${hostname}:${port} refused: ${String(context.connection.error ?? context.sender?.error ?? context.error)}`));
        });
      }
    });
  }

  /** Sends one request; the reply, whatever its status. @throws Error after 10 s, or when the connection breaks */
  request(properties: Record<string, unknown>, body: unknown): Promise<ManagementReply> {
    const id = String(++this.#requests);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#waiting.get(id)?.(new Error(`No reply to ${JSON.stringify(properties)} within ${requestMilliseconds / 1000} s.`)), requestMilliseconds);
      this.#waiting.set(id, (reply) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        if (reply instanceof Error) reject(reply);
        else resolve(reply);
      });
      this.#sender.send({ application_properties: properties, body, correlation_id: id, message_id: id, reply_to: this.#replyTo } as unknown as Message);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.close();
    await this.#gone;
  }

  #onReply(message: Message): void {
    this.#waiting.get(String(message.correlation_id))?.({ properties: message.application_properties ?? {}, body: message.body });
  }

  #fail(error: Error): void {
    for (const settle of this.#waiting.values()) settle(error);
  }
}

function addressOf(receiver: Receiver): string {
  return receiver.source.address as string;
}
