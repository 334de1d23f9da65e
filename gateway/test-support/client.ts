import { once } from "node:events";
import rhea, { type Connection, type ConnectionOptions, type Delivery, type EventContext, type Message, type Receiver, type ReceiverOptions, type Sender, type SenderOptions } from "rhea";

const timeoutMs = 10_000;

/** An AMQP error as a client sees it. */
export interface SeenError {
  readonly condition: string;
  readonly description: string;
}

/** Waits for an event of an emitter, with a time limit that names it. */
export async function eventOf<T = EventContext>(emitter: object, event: string): Promise<T> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const [context] = await once(emitter as never, event, { signal });
    return context as T;
  } catch (cause) {
    if (signal.aborted) throw new Error(`No ${event} within ${timeoutMs / 1000} s.`, { cause });
    throw cause;
  }
}

/** An ordinary client (rhea) with promises in place of events. */
export class TestClient implements AsyncDisposable {
  readonly connection: Connection;
  readonly received: EventContext[] = [];
  #wake: (() => void)[] = [];
  readonly #outcomes = new Map<Delivery, (outcome: string) => void>();
  readonly #gone: Promise<unknown>;

  private constructor(connection: Connection) {
    this.connection = connection;
    this.#gone = new Promise((resolve) => {
      for (const event of ["connection_close", "disconnected"]) connection.once(event as never, resolve as never);
    });
    connection.on("message", (context: EventContext) => {
      this.received.push(context);
      for (const wake of this.#wake.splice(0)) wake();
    });
    for (const outcome of ["accepted", "rejected", "released", "modified"]) {
      connection.on(outcome, ({ delivery }: EventContext) => {
        // rhea raises released for modified as well; the state's own type says which it is.
        const { composite_type: type } = (delivery!.remote_state as unknown as { constructor: { composite_type: string } }).constructor;
        this.#outcomes.get(delivery!)?.(type);
        this.#outcomes.delete(delivery!);
      });
    }
    // Without listeners rhea throws; tests look at the links themselves.
    for (const event of ["error", "protocol_error", "connection_error", "session_error", "sender_error", "receiver_error"]) connection.on(event, () => {});
  }

  /** @throws the connection's error when it is refused */
  static async connect(options: Partial<ConnectionOptions> & { port?: number }): Promise<TestClient> {
    const container = rhea.create_container({ id: options.container_id ?? `test-${Math.random()}` });
    const connection = container.create_connection({ host: "127.0.0.1", reconnect: false, ...options } as ConnectionOptions);
    const client = new TestClient(connection);
    const refused = new Promise<never>((_resolve, reject) => {
      connection.once("connection_error", (context: EventContext) => reject(context.connection.error ?? context.error));
      connection.once("disconnected", (context: EventContext) => reject(context.error ?? new Error("The connection was ended.")));
    });
    refused.catch(() => {});
    connection.connect();
    await Promise.race([eventOf(connection, "connection_open"), refused]);
    // An open may come together with the close that says why not.
    if (connection.error) throw connection.error;
    return client;
  }

  /** Opens a sender. @throws the link's error when it is refused */
  async sender(address: string | SenderOptions): Promise<Sender> {
    const namesAddress = typeof address === "string" || (address.target as { address?: string } | undefined)?.address !== undefined;
    return this.#opened(this.connection.open_sender(address as string), "sender", namesAddress);
  }

  /** Opens a receiver that gives `credit_window` messages of credit (10 unless told). @throws the link's error */
  async receiver(address: string | ReceiverOptions): Promise<Receiver> {
    const options = typeof address === "string" ? { source: { address } } : address;
    return this.#opened(this.connection.open_receiver({ credit_window: 10, ...options }), "receiver");
  }

  async #opened<L extends Sender | Receiver>(link: L, kind: "sender" | "receiver", namesAddress = true): Promise<L> {
    const ended = new Promise<never>((_resolve, reject) => {
      for (const event of [`${kind}_error`, `${kind}_close`]) link.once(event as never, (() => reject(link.error ?? new Error("The link was ended."))) as never);
    });
    ended.catch(() => {});
    await Promise.race([eventOf(link, `${kind}_open`), ended]);
    const end = kind === "sender" ? link.target : link.source;
    if (namesAddress && (!end || Object.keys(end).length === 0 || end.address === undefined || end.address === null)) await ended;
    return link;
  }

  /** Sends when there is credit. @returns the outcome: accepted, rejected, released or modified */
  async send(sender: Sender, message: Message): Promise<string> {
    return (await this.#deliver(sender, message)).outcome;
  }

  /** Sends as {@link send}. @returns the error with which the message is rejected */
  async rejection(sender: Sender, message: Message): Promise<SeenError> {
    const { outcome, delivery } = await this.#deliver(sender, message);
    if (outcome !== "rejected") throw new Error(`The message was ${outcome}.`);
    return (delivery.remote_state as unknown as { error: SeenError }).error;
  }

  async #deliver(sender: Sender, message: Message): Promise<{ outcome: string; delivery: Delivery }> {
    if (!sender.sendable()) await eventOf(sender, "sendable");
    const delivery: Delivery = sender.send(message);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("No outcome.")), timeoutMs);
      this.#outcomes.set(delivery, (outcome) => {
        clearTimeout(timer);
        resolve({ outcome, delivery });
      });
    });
  }

  /** The next `count` messages. @throws when they do not come in time */
  async take(count: number): Promise<Message[]> {
    const deadlineMs = Date.now() + timeoutMs;
    while (this.received.length < count) {
      if (Date.now() > deadlineMs) throw new Error(`${this.received.length} of ${count} messages came.`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadlineMs - Date.now() + 1);
        this.#wake.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return this.received.splice(0, count).map(({ message }) => message!);
  }

  /** Takes what is there for a receiver and waits until it is told that there is no more. */
  async drained(receiver: Receiver): Promise<void> {
    const drained = eventOf(receiver, "receiver_drained");
    receiver.drain = true;
    receiver.add_credit(100);
    await drained;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { connection } = this;
    if (connection.is_closed()) return;
    connection.close();
    await this.#gone;
  }
}

/** The error with which an attempt fails. */
export async function refusal(attempt: Promise<unknown>): Promise<SeenError> {
  try {
    await attempt;
  } catch (error) {
    const { condition, description, message } = error as Partial<SeenError> & { message?: string };
    return { condition: condition ?? "", description: description ?? message ?? "" };
  }
  throw new Error("It was let in.");
}

/** Credit that a link has, which rhea's types leave out. */
export function creditOf(link: Sender | Receiver): number {
  return (link as unknown as { credit: number }).credit;
}
