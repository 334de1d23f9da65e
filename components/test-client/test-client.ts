import type { Connection, Delivery, EventContext, Receiver, Sender } from "rhea";
import { type AddressType, takesMessages } from "#contracts/addresses/address.ts";
import type { TestSession } from "#contracts/test-client/ticket.ts";
import { isPassing, toPublicError } from "#components/trpc/public-error.ts";
import { guardedWebSocket } from "./guarded-web-socket.ts";
import { type MessageDraft, toMessage } from "./message-draft.ts";
import { viewOf } from "#contracts/messages/message-view.ts";
import { appended, emptyRingBuffer, replaced } from "./ring-buffer.ts";
import { type Repetition, SendRun } from "./send-run.ts";
import { type Decision, type ReceivingOptions, type SentMessage, startState, type TestClientState } from "./test-client-state.ts";
import { maxFrameBytes } from "./frame-guard.ts";

type Rhea = typeof import("rhea");

const firstRetryMs = 1_000;
const lastRetryMs = 15_000;
const connectTimeoutMs = 15_000;
const idleTimeoutMs = 60_000;
const attachAgainMs = 5_000;
const finalConditions = new Set(["amqp:unauthorized-access", "amqp:not-found", "amqp:not-allowed", "amqp:not-implemented"]);
const maxUnsettledSends = 500;
/** Between two looks at a run that waits for its time or for credit, and how many messages one look may send. */
const runTickMs = 20;
const maxSendsATick = 200;
/** Changes that come faster are shown together. */
const showEveryMs = 50;
const maxRefusals = 1_000;
/** A connection that ends this close to the announced end of the session has ended as agreed. */
const endToleranceMs = 5_000;

interface TestClientOptions {
  readonly address: { readonly name: string; readonly type: AddressType };
  /** Asks the console for a ticket; each connection takes a fresh one. */
  readonly openSession: () => Promise<TestSession>;
}

/** rhea's senders know their credit; its types do not say so. */
function creditOf(sender: Sender): number {
  return (sender as unknown as { credit: number }).credit;
}

/**
 * Sends to and receives from one address over AMQP in a WebSocket, as any program would. Every incoming byte passes the
 * frame guard. A lost connection is opened again with a fresh ticket, with growing delays; lists keep their newest rows.
 */
export class TestClient {
  readonly #options: TestClientOptions;
  readonly #listeners = new Set<() => void>();
  readonly #refusals = new Map<number, string>();
  readonly #deliveries = new Map<string, Delivery>();
  #state: TestClientState = startState;
  #rhea: Rhea | undefined;
  #connection: Connection | undefined;
  #sender: Sender | undefined;
  #receiver: Receiver | undefined;
  #receiving: ReceivingOptions | undefined;
  #sessionEndsAt = Number.POSITIVE_INFINITY;
  #retryMs = firstRetryMs;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #lastId = 0;
  #run: { readonly draft: MessageDraft; readonly pace: SendRun } | undefined;
  #unsettledSends = 0;
  #shownAtMs = 0;
  #showTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TestClientOptions) {
    this.#options = options;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getState = (): TestClientState => this.#state;

  /** Opens the connection, or opens it again now instead of when the back-off ends. */
  readonly connect = (): void => {
    this.#retryMs = firstRetryMs;
    void this.#open();
  };

  /** Closes everything; nothing is received or retried after it. */
  readonly stop = (): void => {
    this.#attempt += 1;
    clearTimeout(this.#timer);
    this.#receiving = undefined;
    const connection = this.#connection;
    this.#forget();
    connection?.close();
    this.#set({ connection: { status: "closed" }, sender: "closed", receiver: "closed", credit: 0, sendCredit: 0, run: null });
  };

  /** Sends what was typed, once or many times; each outcome arrives on its row. It ends what was being sent before. */
  send(draft: MessageDraft, repetition: Repetition = { count: 1, perSecond: null }): void {
    this.#run = { draft, pace: new SendRun(repetition, performance.now()) };
    this.#goOnSending();
  }

  /** Sends no more of the run; what was sent keeps its outcomes. */
  readonly stopSending = (): void => {
    this.#run = undefined;
    this.#set({ run: null });
  };

  #goOnSending(): void {
    const run = this.#run;
    if (run === undefined) return;
    for (let left = Math.min(run.pace.due(performance.now()), maxSendsATick); left > 0 && this.#sendOne(run.draft, run.pace.sent + 1); left -= 1) run.pace.sent += 1;
    if (run.pace.isDone) return this.stopSending();
    this.#set({ run: { sent: run.pace.sent, count: run.pace.count } });
    setTimeout(() => {
      if (this.#run === run) this.#goOnSending();
    }, runTickMs);
  }

  /** @returns whether it was sent; not while there is no credit, no link, or too much without an outcome */
  #sendOne(draft: MessageDraft, counter: number): boolean {
    const sender = this.#sender;
    if (this.#rhea === undefined || sender === undefined || !sender.sendable() || this.#unsettledSends >= maxUnsettledSends) return false;
    const id = this.#nextId();
    const messageId = crypto.randomUUID();
    const delivery = sender.send(toMessage(draft, messageId, counter, this.#rhea));
    this.#deliveries.set(`sent ${delivery.id}`, delivery);
    this.#unsettledSends += 1;
    const row: SentMessage = { id, deliveryId: delivery.id, at: new Date().toISOString(), messageId, draft, outcome: { status: "waiting" } };
    this.#set({ sent: appended(this.#state.sent, row), sendCredit: creditOf(sender) });
    return true;
  }

  /** Attaches the receiver in the chosen mode. */
  startReceiving(options: ReceivingOptions): void {
    this.#receiving = options;
    if (this.#connection !== undefined && this.#state.connection.status === "open") this.#attachReceiver(options);
  }

  readonly stopReceiving = (): void => {
    this.#receiving = undefined;
    this.#receiver?.close();
    this.#set({
      receiver: "closed",
      credit: 0,
      received: replaced(this.#state.received, ({ settlement }) => settlement === "open", (row) => ({ ...row, settlement: "given back" })),
    });
  };

  /** Gives the receiver credit for this many more messages. */
  addCredit(count: number): void {
    this.#receiver?.add_credit(count);
    this.#set({ credit: this.#state.credit + count });
  }

  /** Tells the sender what became of a message that waits for a decision. */
  settle(id: number, decision: Decision): void {
    const delivery = this.#deliveries.get(`received ${id}`);
    if (delivery === undefined) return;
    this.#deliveries.delete(`received ${id}`);
    if (decision.outcome === "accepted") delivery.accept();
    if (decision.outcome === "released") delivery.release();
    if (decision.outcome === "modified") delivery.modified({ delivery_failed: true, undeliverable_here: decision.undeliverableHere });
    if (decision.outcome === "rejected") delivery.reject({ condition: "amqp:precondition-failed", description: decision.reason });
    this.#set({ received: replaced(this.#state.received, (row) => row.id === id, (row) => ({ ...row, settlement: decision.outcome })) });
  }

  readonly clearSent = (): void => this.#set({ sent: emptyRingBuffer(this.#state.sent.capacity) });
  /** Takes settled rows out of view; those that wait for a decision stay. */
  readonly clearReceived = (): void =>
    this.#set({ received: { ...this.#state.received, dropped: 0, items: this.#state.received.items.filter(({ settlement }) => settlement === "open") } });

  async #open(): Promise<void> {
    this.#attempt += 1;
    const attempt = this.#attempt;
    clearTimeout(this.#timer);
    this.#set({ connection: { status: "connecting" } });
    try {
      const [rhea, session] = await Promise.all([this.#rhea ?? import("rhea").then((module) => module.default as unknown as Rhea), this.#options.openSession()]);
      if (attempt !== this.#attempt) return;
      this.#rhea = rhea;
      this.#connectTo(rhea, session, attempt);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      const { message } = toPublicError(error);
      if (isPassing(error)) this.#retry(message);
      else this.#set({ connection: { status: "refused", reason: message } });
    }
  }

  #connectTo(rhea: Rhea, session: TestSession, attempt: number): void {
    const container = rhea.create_container({ id: `test-client-${crypto.randomUUID()}` });
    const isCurrent = () => attempt === this.#attempt;
    let broken: string | undefined;
    let refused: string | undefined;
    const ended = () => {
      if (!isCurrent()) return;
      clearTimeout(this.#timer);
      this.#attempt += 1;
      this.#forget();
      this.#set({ sender: "closed", receiver: "closed", credit: 0, sendCredit: 0, run: null, ...this.#withoutOpenEnds() });
      if (Date.now() > this.#sessionEndsAt - endToleranceMs) this.#set({ connection: { status: "ended" } });
      else if (broken !== undefined) this.#set({ connection: { status: "refused", reason: `The gateway sent something that is not well-formed AMQP. ${broken}` } });
      else this.#retry(refused ?? "The gateway does not answer, or the connection to it was lost.");
    };
    const socketClass = guardedWebSocket({
      onRefused: (deliveryId, reason) => {
        if (this.#refusals.size >= maxRefusals) this.#refusals.clear();
        this.#refusals.set(deliveryId, reason);
      },
      onBroken: (reason) => {
        broken = reason;
        ended();
      },
    });
    container.on("connection_open", () => {
      if (!isCurrent()) return;
      clearTimeout(this.#timer);
      this.#retryMs = firstRetryMs;
      this.#set({ connection: { status: "open", sessionEndsAt: session.sessionEndsAt } });
      if (takesMessages(this.#options.address.type)) this.#attachSender();
      if (this.#receiving !== undefined) this.#attachReceiver(this.#receiving);
    });
    const noteRefusal = ({ error }: { error?: { description?: string } | Error }) => {
      if (error !== undefined && "description" in error && typeof error.description === "string") refused = error.description;
    };
    container.on("connection_error", noteRefusal);
    container.on("error", noteRefusal);
    container.on("protocol_error", () => undefined);
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

  #attachSender(): void {
    const sender = this.#connection?.open_sender({ target: { address: this.#options.address.name }, treat_modified_as_released: false } as never);
    if (sender === undefined) return;
    this.#sender = sender;
    this.#set({ sender: "opening" });
    sender.on("sender_open", () => this.#set({ sender: "open" }));
    for (const event of ["sender_flow", "sendable", "settled"]) sender.on(event, () => this.#set({ sendCredit: creditOf(sender) }));
    for (const status of ["accepted", "released", "modified"] as const) sender.on(status, ({ delivery }: EventContext) => this.#outcome(delivery, { status }));
    sender.on("rejected", ({ delivery }: EventContext) => {
      const error = (delivery?.remote_state as { error?: { condition?: string; description?: string } } | undefined)?.error;
      this.#outcome(delivery, { status: "rejected", reason: error?.description ?? error?.condition });
    });
    sender.on("sender_error", () => {
      this.#set({ sender: { refused: this.#reasonOf(sender) }, sendCredit: 0 });
      this.#attachAgainLater(sender);
    });
    sender.on("sender_close", () => {
      if (this.#state.sender === "open" || this.#state.sender === "opening") this.#set({ sender: "closed", sendCredit: 0 });
    });
  }

  /** A broker that cannot be reached comes back; a right that is missing does not. */
  #attachAgainLater(refused: Sender): void {
    const { condition } = refused.error as { condition?: string };
    if (condition !== undefined && finalConditions.has(condition)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#sender === refused) this.#attachSender();
    }, attachAgainMs);
  }

  #attachReceiver(options: ReceivingOptions): void {
    const { name, type } = this.#options.address;
    const filter = options.selector === "" ? {} : { filter: this.#rhea?.filter.selector(options.selector) };
    const browse = options.mode === "browse" ? { distribution_mode: "copy" } : {};
    const receiver = this.#connection?.open_receiver({
      source: { address: name, ...(type === "topic" ? { capabilities: ["topic"] } : {}), ...filter, ...browse },
      credit_window: 0,
      autoaccept: false,
    } as never);
    if (receiver === undefined) return;
    this.#receiver = receiver;
    this.#set({ receiver: "opening", credit: 0 });
    receiver.on("receiver_open", () => {
      this.#set({ receiver: "open" });
      this.addCredit(options.credit);
    });
    receiver.on("message", (context: EventContext) => this.#onMessage(context, options));
    receiver.on("receiver_error", () => {
      this.#receiving = undefined;
      this.#set({ receiver: { refused: this.#reasonOf(receiver) }, credit: 0 });
    });
    receiver.on("receiver_close", () => {
      if (this.#state.receiver === "open" || this.#state.receiver === "opening") this.#set({ receiver: "closed", credit: 0 });
    });
  }

  #onMessage({ message, delivery, receiver }: EventContext, options: ReceivingOptions): void {
    if (delivery === undefined || message === undefined || receiver !== this.#receiver) return;
    const id = this.#nextId();
    const refusal = this.#refusals.get(delivery.id);
    this.#refusals.delete(delivery.id);
    const isAutomatic = options.mode === "automatic";
    const isShown = refusal === undefined;
    const preSettled = delivery.remote_settled;
    const settlement =
      options.mode === "browse" ? ("browsed" as const)
      : preSettled || (isAutomatic && isShown) ? ("accepted" as const)
      : isAutomatic ? ("released" as const)
      : ("open" as const);
    const row = { id, at: new Date().toISOString(), content: isShown ? { view: viewOf(message) } : { cannotDisplay: refusal }, settlement };
    if (!preSettled && settlement === "open") this.#deliveries.set(`received ${id}`, delivery);
    else if (!preSettled && settlement === "released") delivery.release();
    else if (!preSettled) delivery.accept();
    this.#set({ received: appended(this.#state.received, row), credit: Math.max(0, this.#state.credit - 1) });
    if (!isAutomatic) return;
    // What cannot be shown was given back and would come again at once, for ever: so the receiver stops taking more.
    if (isShown) this.addCredit(1);
    else this.stopReceiving();
  }

  #outcome(delivery: Delivery | undefined, outcome: SentMessage["outcome"]): void {
    if (delivery === undefined || this.#deliveries.get(`sent ${delivery.id}`) !== delivery) return;
    this.#deliveries.delete(`sent ${delivery.id}`);
    this.#unsettledSends -= 1;
    this.#set({ sent: replaced(this.#state.sent, (row) => row.deliveryId === delivery.id && row.outcome.status === "waiting", (row) => ({ ...row, outcome })) });
  }

  #reasonOf(link: Sender | Receiver): string {
    const error = link.error as { description?: string; condition?: string } | undefined;
    return error?.description ?? error?.condition ?? "The gateway closed the link without a reason.";
  }

  /** Rows whose fate nobody will tell any more. */
  #withoutOpenEnds(): Pick<TestClientState, "sent" | "received"> {
    return {
      sent: replaced(this.#state.sent, ({ outcome }) => outcome.status === "waiting", (row) => ({ ...row, outcome: { status: "unknown" } })),
      received: replaced(this.#state.received, ({ settlement }) => settlement === "open", (row) => ({ ...row, settlement: "given back" })),
    };
  }

  #retry(reason: string): void {
    this.#set({ connection: { status: "waiting", reason } });
    this.#timer = setTimeout(() => void this.#open(), this.#retryMs * (0.75 + Math.random() / 2));
    this.#retryMs = Math.min(this.#retryMs * 2, lastRetryMs);
  }

  #forget(): void {
    this.#connection = undefined;
    this.#sender = undefined;
    this.#receiver = undefined;
    this.#run = undefined;
    this.#unsettledSends = 0;
    this.#refusals.clear();
    this.#deliveries.clear();
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #set(change: Partial<TestClientState>): void {
    this.#state = { ...this.#state, ...change };
    if (this.#showTimer !== undefined) return;
    const show = (): void => {
      this.#showTimer = undefined;
      this.#shownAtMs = performance.now();
      for (const listener of this.#listeners) listener();
    };
    const waitMs = this.#shownAtMs + showEveryMs - performance.now();
    if (waitMs > 0) this.#showTimer = setTimeout(show, waitMs);
    else show();
  }
}
