import type { Socket } from "node:net";
import rhea, { type Connection, type ConnectionOptions, type Delivery, type EventContext, type Message, type Receiver, type Sender } from "rhea";
import { PostroomError } from "#contracts/errors.ts";
import { backOffMs } from "../back-off.ts";
import type { Limits } from "../limits.ts";
import { PartAwayError } from "../part-away-error.ts";
import type { WorkWindow } from "../work-window.ts";
import { openSocket } from "./open-socket.ts";

/** Where a management node is: `amqp://user:password@host:port`, taken apart. */
export interface ManagementEndpoint {
  readonly host: string;
  readonly port: number;
  /** `amqps` */
  readonly isEncrypted?: boolean;
  readonly username: string;
  readonly password: string;
}

export interface ManagementReply {
  readonly applicationProperties: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

export interface ManagementClientOptions {
  readonly endpoint: ManagementEndpoint;
  /** Address of the management node: `$management` of a gateway or router, `activemq.management` of Artemis. */
  readonly node: string;
  /** What people call the peer, for example `the broker main`. */
  readonly peer: string;
  readonly limits: Limits["management"];
  /** Called after each successful connect, before requests that wait go out. */
  readonly onConnected?: () => void;
  readonly onDisconnected?: (reason: string) => void;
}

export interface RequestOptions extends Partial<WorkWindow> {
  readonly timeoutMs?: number;
}

interface PendingRequest {
  readonly message: Message;
  readonly id: string;
  readonly notAfterMs: number;
  readonly startTimer: () => void;
  delivery?: Delivery;
  readonly settle: (error: PostroomError | undefined, reply?: ManagementReply) => void;
}

/**
 * Request and reply with one management node over one AMQP connection that is kept open, and made again with back-off
 * when it breaks.
 *
 * - Replies find their request by correlation id; a reply that is late, doubled or for nobody is counted and dropped.
 * - At most `maxInFlight` requests are on the way, at most `maxWaiting` wait. Urgent ones go before all that wait, and some
 *   places on the way are kept for them, since the peer answers in the order in which it was asked.
 * - With no connection a request fails at once (`unavailable`): the caller's own back-off decides about later. Requests on
 *   the way when the connection breaks fail too, and may or may not have been carried out.
 *
 * The peer is our own broker or gateway on an internal network, and replies hold what we told it, so rhea's unbounded
 * decoder may read them; `max_frame_size` bounds a single frame. Never use this client on a node that strangers can write to.
 */
export class ManagementClient {
  readonly #options: ManagementClientOptions;
  readonly #container = rhea.create_container();
  readonly #inFlight = new Map<string, PendingRequest>();
  readonly #waiting: PendingRequest[] = [];
  readonly #urgent: PendingRequest[] = [];
  #connection: Connection | undefined;
  #socket: Socket | undefined;
  #sender: Sender | undefined;
  #receiver: Receiver | undefined;
  #replyTo: string | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #failures = 0;
  #requests = 0;
  #strayReplies = 0;
  #reason = "has not been reached yet";
  #closed = false;

  constructor(options: ManagementClientOptions) {
    this.#options = options;
  }

  /** Starts connecting; it goes on by itself until {@link close}. */
  start(): void {
    this.#connect();
  }

  get connected(): boolean {
    return this.#replyTo !== undefined;
  }

  /** Why there is no connection, as the end of a sentence that starts with the peer's name. */
  get reason(): string | undefined {
    return this.connected ? undefined : this.#reason;
  }

  /** Replies nobody waited for since the start. */
  get strayReplies(): number {
    return this.#strayReplies;
  }

  /**
   * Sends one request and resolves with its reply, whatever status the reply has.
   * @throws PartAwayError `unavailable` without a connection or when it breaks; `time-out` when no reply came in `timeoutMs`
   *   after sending (default `limits.requestMs`), past `notAfterMs` or when `signal` aborts
   * @throws PostroomError `rate-limited` when too many requests wait
   */
  request(applicationProperties: Record<string, unknown>, body: unknown, options: RequestOptions = {}): Promise<ManagementReply> {
    const { limits, peer } = this.#options;
    return new Promise((resolve, reject) => {
      if (!this.connected) return reject(this.#unavailable());
      if (options.signal?.aborted) return reject(this.#timeOut("was given up before it was sent"));
      if (this.#waiting.length + this.#urgent.length >= limits.maxWaiting) {
        return reject(new PostroomError({ code: "rate-limited", message: `Too many requests wait for ${peer} (${limits.maxWaiting}). Try again later.` }));
      }
      const id = String(++this.#requests);
      const message = { application_properties: applicationProperties, body, correlation_id: id, message_id: id } as unknown as Message;
      const timeoutMs = options.timeoutMs ?? limits.requestMs;
      let timer: NodeJS.Timeout | undefined;
      const onAbort = () => pending.settle(this.#timeOut("was not waited for any longer"));
      options.signal?.addEventListener("abort", onAbort, { once: true });
      const isUrgent = options.isUrgent ?? false;
      const queue = isUrgent ? this.#urgent : this.#waiting;
      const pending: PendingRequest = {
        id,
        message,
        notAfterMs: options.notAfterMs ?? Number.POSITIVE_INFINITY,
        startTimer: () => {
          timer = setTimeout(() => pending.settle(this.#timeOut(`did not answer within ${timeoutMs / 1000} s`)), timeoutMs);
        },
        settle: (error, reply) => {
          clearTimeout(timer);
          options.signal?.removeEventListener("abort", onAbort);
          if (!this.#inFlight.delete(id)) {
            const index = queue.indexOf(pending);
            if (index >= 0) queue.splice(index, 1);
          }
          if (error) reject(error);
          else resolve(reply as ManagementReply);
          this.#pump();
        },
      };
      queue.push(pending);
      this.#pump();
    });
  }

  /** Ends the connection and fails what is pending. Resolves when the socket is closed. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retryTimer);
    const socket = this.#socket;
    const connection = this.#connection;
    if (!socket || socket.destroyed) return;
    const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    const force = setTimeout(() => socket.destroy(), 500);
    if (this.connected) connection?.close();
    else socket.destroy();
    await gone;
    clearTimeout(force);
  }

  #pump(): void {
    const { maxInFlight, keptForUrgent } = this.#options.limits;
    while (this.#sender?.sendable() && this.#replyTo) {
      const queue = this.#urgent.length > 0 ? this.#urgent : this.#waiting;
      if (queue.length === 0 || this.#inFlight.size >= (queue === this.#urgent ? maxInFlight : maxInFlight - keptForUrgent)) return;
      const pending = queue.shift() as PendingRequest;
      // A process that was stopped and goes on may hold work that has long been taken over: timers are late then, clocks are not.
      if (performance.now() > pending.notAfterMs) {
        pending.settle(this.#timeOut("was not asked in time"));
        continue;
      }
      this.#inFlight.set(pending.id, pending);
      pending.startTimer();
      pending.delivery = this.#sender.send({ ...pending.message, reply_to: this.#replyTo });
    }
  }

  #connect(): void {
    if (this.#closed) return;
    const { endpoint, node, limits } = this.#options;
    const attempt = { done: false, timer: setTimeout(() => lost(`did not finish the connection within ${limits.connectMs / 1000} s`), limits.connectMs) };
    let socket: Socket | undefined;
    const lost = (reason: string) => {
      if (attempt.done) return;
      attempt.done = true;
      clearTimeout(attempt.timer);
      socket?.destroy();
      this.#lost(reason);
    };
    const connection = this.#container.create_connection({
      username: endpoint.username,
      password: endpoint.password,
      host: endpoint.host,
      port: endpoint.port,
      reconnect: false,
      idle_time_out: limits.idleMs,
      max_frame_size: 1_048_576,
      connection_details: () => ({
        host: endpoint.host,
        port: endpoint.port,
        connect: (_port: number, _host: string, _options: unknown, connected: () => void) => {
          socket = openSocket(endpoint, connected);
          socket.on("close", () => lost("closed the connection"));
          this.#socket = socket;
          return socket;
        },
      }),
    } as unknown as ConnectionOptions);
    this.#connection = connection;
    connection.on("connection_error", (context: EventContext) => lost(`refused the connection (${describe(context.error ?? connection.error)})`));
    connection.on("connection_close", () => lost("closed the connection"));
    connection.on("disconnected", (context: EventContext) => lost(`does not answer (${describe(context.error)})`));
    connection.on("error", (error: unknown) => lost(`does not speak AMQP as expected (${describe(error)})`));
    connection.on("protocol_error", (error: unknown) => lost(`does not speak AMQP as expected (${describe(error)})`));
    connection.on("sender_error", (context: EventContext) => lost(`refused requests (${describe(context.sender?.error)})`));
    connection.on("receiver_error", (context: EventContext) => lost(`refused replies (${describe(context.receiver?.error)})`));
    connection.on("sender_close", () => lost("closed the link for requests"));
    connection.on("receiver_close", () => lost("closed the link for replies"));
    connection.on("session_error", (context: EventContext) => lost(`closed the session (${describe(context.session?.error)})`));
    connection.on("session_close", () => lost("closed the session"));
    connection.on("message", (context: EventContext) => this.#onReply(context.message));
    connection.on("sendable", () => this.#pump());
    connection.on("settled", () => this.#pump());
    for (const outcome of ["rejected", "released", "modified"]) {
      connection.on(outcome, (context: EventContext) => this.#onRefused(context));
    }
    const opened = () => {
      const address = this.#receiver?.source?.address as string | undefined;
      if (attempt.done || !this.#sender?.is_open() || !this.#receiver?.is_open() || !address) return;
      clearTimeout(attempt.timer);
      this.#failures = 0;
      this.#replyTo = address;
      this.#options.onConnected?.();
    };
    connection.on("sender_open", opened);
    connection.on("receiver_open", opened);
    connection.connect();
    this.#sender = connection.open_sender({ target: { address: node } });
    this.#receiver = connection.open_receiver({ source: { address: "", dynamic: true }, credit_window: limits.maxInFlight * 4 });
  }

  #onReply(message: Message | undefined): void {
    const pending = this.#inFlight.get(String(message?.correlation_id));
    if (!pending || !message) {
      this.#strayReplies++;
      return;
    }
    pending.settle(undefined, { applicationProperties: message.application_properties ?? {}, body: message.body });
  }

  #onRefused(context: EventContext): void {
    const refusal = (context.delivery?.remote_state as { error?: { description?: string } } | undefined)?.error?.description ?? "no reason given";
    const pending = [...this.#inFlight.values()].find((candidate) => candidate.delivery === context.delivery);
    pending?.settle(new PartAwayError(this.#options.peer, `took no request (${refusal})`));
  }

  #lost(reason: string): void {
    const wasConnected = this.connected;
    this.#reason = reason;
    this.#replyTo = undefined;
    this.#sender = undefined;
    this.#receiver = undefined;
    const error = this.#unavailable();
    for (const pending of [...this.#inFlight.values(), ...this.#urgent, ...this.#waiting]) pending.settle(error);
    if (this.#closed) return;
    if (wasConnected) this.#options.onDisconnected?.(reason);
    this.#failures++;
    this.#retryTimer = setTimeout(() => this.#connect(), backOffMs(this.#failures, this.#options.limits.reconnect));
  }

  #unavailable(): PartAwayError {
    return new PartAwayError(this.#options.peer, this.#closed ? "is no longer used" : this.#reason);
  }

  #timeOut(what: string): PartAwayError {
    return new PartAwayError(this.#options.peer, what, "time-out");
  }
}

function describe(error: unknown): string {
  if (error === undefined || error === null) return "connection lost";
  const { code, condition, description, message } = error as Record<string, unknown>;
  const text = [code ?? condition, description ?? message].filter((part) => typeof part === "string" && part !== "").join(": ");
  return text === "" ? "connection lost" : text;
}
