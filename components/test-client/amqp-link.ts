import type { Connection, Container } from "rhea";
import type { TestSession } from "#contracts/test-client/ticket.ts";
import { isPassing, toPublicError } from "#components/trpc/public-error.ts";
import { type ArrivedMessage, maxFrameBytes } from "./frame-guard.ts";
import { guardedWebSocket } from "./guarded-web-socket.ts";

export type Rhea = typeof import("rhea");

/** How a pane's own connection stands. */
export type ConnectionState =
  | { readonly status: "closed" | "connecting" | "ended" }
  | { readonly status: "open"; readonly sessionEndsAt: string }
  /** `waiting` is tried again by itself; `refused` is not. */
  | { readonly status: "waiting" | "refused"; readonly reason: string };

const firstRetryMs = 1_000;
const lastRetryMs = 15_000;
const connectTimeoutMs = 15_000;
const idleTimeoutMs = 60_000;
/** A connection that ends this close to the announced end of the session has ended as agreed. */
const endToleranceMs = 5_000;
/** A gateway that is full turns connections away before it could say so. */
const unanswered = "The gateway does not answer or is full, or the connection to it was lost.";

export interface LinkHandlers {
  /** Asks the console for a ticket; each connection takes a fresh one. */
  readonly openSession: () => Promise<TestSession>;
  /** Container id by which durable subscriptions are found again; a fresh one when absent. */
  readonly containerId?: string | undefined;
  readonly onState: (state: ConnectionState) => void;
  /** The connection is open: attach. */
  readonly onOpen: (connection: Connection, rhea: Rhea) => void;
  /** An open connection is gone, with everything on it. @param why the beginning of a sentence for people */
  readonly onLost: (why: string) => void;
  readonly onMessage: (deliveryId: number, message: ArrivedMessage) => void;
}

/**
 * One connection of a pane over AMQP in a WebSocket. Every incoming byte passes the frame guard. A lost connection is opened
 * again with a fresh ticket, with growing delays, until it is closed, refused or its session is over.
 */
export class AmqpLink {
  readonly #handlers: LinkHandlers;
  #rhea: Rhea | undefined;
  #connection: Connection | undefined;
  #isOpen = false;
  #sessionEndsAt = Number.POSITIVE_INFINITY;
  #retryMs = firstRetryMs;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;

  constructor(handlers: LinkHandlers) {
    this.#handlers = handlers;
  }

  /** Opens the connection, or opens it again now instead of when the back-off ends. */
  connect(): void {
    this.#retryMs = firstRetryMs;
    this.#drop()?.close();
    void this.#open();
  }

  /** Closes it; nothing is retried after it. */
  close(): void {
    this.#drop()?.close();
    this.#handlers.onState({ status: "closed" });
  }

  /** Forgets the connection, so that nothing of it counts any more. */
  #drop(why = "The connection was closed"): Connection | undefined {
    this.#attempt += 1;
    clearTimeout(this.#timer);
    const connection = this.#connection;
    const wasOpen = this.#isOpen;
    this.#connection = undefined;
    this.#isOpen = false;
    if (wasOpen) this.#handlers.onLost(why);
    return connection;
  }

  async #open(): Promise<void> {
    this.#attempt += 1;
    const attempt = this.#attempt;
    clearTimeout(this.#timer);
    this.#handlers.onState({ status: "connecting" });
    try {
      const [rhea, session] = await Promise.all([
        this.#rhea ?? import("rhea").then((module) => module.default as unknown as Rhea),
        this.#handlers.openSession(),
      ]);
      if (attempt !== this.#attempt) return;
      this.#rhea = rhea;
      this.#connectTo(rhea, session, attempt);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      const { message } = toPublicError(error);
      if (isPassing(error)) this.#retry(message);
      else this.#handlers.onState({ status: "refused", reason: message });
    }
  }

  #connectTo(rhea: Rhea, session: TestSession, attempt: number): void {
    const container = rhea.create_container({ id: this.#handlers.containerId ?? `test-client-${crypto.randomUUID()}` });
    const isCurrent = () => attempt === this.#attempt;
    let broken: string | undefined;
    let refused: string | undefined;
    const ended = () => {
      if (!isCurrent()) return;
      const isOver = Date.now() > this.#sessionEndsAt - endToleranceMs;
      this.#drop(isOver ? "The test session has ended" : refused === undefined ? "The connection was lost" : `The gateway ended the connection: ${refused}`);
      if (isOver) this.#handlers.onState({ status: "ended" });
      else if (broken !== undefined) this.#handlers.onState({ status: "refused", reason: `The gateway sent something that is not well-formed AMQP. ${broken}` });
      else this.#retry(refused ?? unanswered);
    };
    const socketClass = guardedWebSocket({
      onMessage: (deliveryId, message) => {
        if (isCurrent()) this.#handlers.onMessage(deliveryId, message);
      },
      onBroken: (reason) => {
        broken = reason;
        ended();
      },
    });
    container.on("connection_open", ({ connection }) => {
      // What is refused is opened too, to be closed with the reason (part 2, section 2.4.1): no reason to attach, or to try sooner.
      if (!isCurrent() || connection.properties?.["amqp:connection-establishment-failed"] === true) return;
      clearTimeout(this.#timer);
      this.#retryMs = firstRetryMs;
      this.#isOpen = true;
      this.#handlers.onState({ status: "open", sessionEndsAt: session.sessionEndsAt });
      this.#handlers.onOpen(connection, rhea);
    });
    noteRefusals(container, (reason) => (refused = reason));
    container.on("connection_close", ended);
    container.on("disconnected", ended);
    this.#sessionEndsAt = Date.parse(session.sessionEndsAt);
    this.#timer = setTimeout(() => {
      this.#connection?.close();
      ended();
    }, connectTimeoutMs);
    this.#connection = container.connect({
      connection_details: rhea.websocket_connect(socketClass as never)(session.webSocketUrl, ["amqp"], []) as never,
      username: session.login,
      token: session.ticket,
      reconnect: false,
      max_frame_size: maxFrameBytes,
      idle_time_out: idleTimeoutMs,
    } as never);
  }

  #retry(reason: string): void {
    this.#handlers.onState({ status: "waiting", reason });
    this.#timer = setTimeout(() => void this.#open(), this.#retryMs * (0.75 + Math.random() / 2));
    this.#retryMs = Math.min(this.#retryMs * 2, lastRetryMs);
  }
}

const ticketRefused = "The gateway did not take this page's ticket, which is good for one login within a minute.";

function noteRefusals(container: Container, note: (reason: string) => void): void {
  const listen = ({ error }: { error?: { description?: string } | Error }) => {
    if (error !== undefined && "description" in error && typeof error.description === "string") note(/^Failed to authenticate: \d+$/.test(error.description) ? ticketRefused : error.description);
  };
  container.on("connection_error", listen);
  container.on("error", listen);
  container.on("protocol_error", () => undefined);
}

const finalConditions = new Set(["amqp:unauthorized-access", "amqp:not-found", "amqp:not-allowed", "amqp:not-implemented", "amqp:invalid-field"]);

/** Why the other side closed a link, in words, and whether asking again can help: a broker comes back, a missing right does not. */
export function refusalOfLink(link: { readonly error?: unknown }): { reason: string; isFinal: boolean; isTooLarge: boolean } {
  const error = link.error as { description?: string; condition?: string } | undefined;
  return {
    reason: error?.description ?? error?.condition ?? "The gateway closed the link without a reason.",
    isFinal: error?.condition !== undefined && finalConditions.has(error.condition),
    isTooLarge: error?.condition === "amqp:link:message-size-exceeded",
  };
}
