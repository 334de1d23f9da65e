import type { Connection, EventContext, Receiver, Sender } from "rhea";
import type { TestSession } from "#contracts/test-client/ticket.ts";
import { counted } from "#components/feedback/format.ts";
import { AmqpLink, type ConnectionState, refusalOfLink, type Rhea } from "./amqp-link.ts";
import type { ArrivedMessage } from "./frame-guard.ts";
import { type LinkState, maxRowBytes, maxRows, type Notice, type PaneState } from "./link-state.ts";
import { DraftError, type MessageDraft, toMessage } from "./message-draft.ts";
import { detailOfMessage } from "./message-detail.ts";
import { MessageLog } from "./message-log.ts";
import { type Repetition, SendRun } from "./send-run.ts";
import { Snapshots } from "./snapshots.ts";

export type RequestStatus = "waiting" | "replied" | "rejected" | "released" | "no reply" | "unknown";

export interface RequestRow {
  readonly id: number;
  readonly sizeBytes: number;
  readonly at: string;
  readonly correlationId: string;
  readonly status: RequestStatus;
  readonly reason: string | undefined;
  readonly reply: ArrivedMessage | undefined;
  /** From sending the request to having the reply. */
  readonly tookMs: number | undefined;
}

export interface RequestState extends PaneState<RequestRow> {
  readonly replyAddress: string | undefined;
  readonly run: { readonly sent: number; readonly count: number | null } | null;
  /** Of the newest replies, in ms, sorted. */
  readonly roundTripsMs: readonly number[];
  /** Replies that belong to no request that is waited for. */
  readonly strays: number;
  readonly fault: string | undefined;
}

const replyCredit = 200;
const maxWaiting = 500;
const maxRoundTrips = 1_000;
const replyTimeoutMs = 30_000;
const tickMs = 15;
const rowOverheadBytes = 300;

interface Waiting {
  readonly rowId: number;
  readonly sentAtMs: number;
  readonly keys: readonly string[];
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Sends requests to one address and matches the replies, which come to an address that the gateway makes for this pane, by correlation id. */
export class RequestClient {
  readonly #address: string;
  readonly #link: AmqpLink;
  readonly #log = new MessageLog<RequestRow>(maxRows, maxRowBytes);
  /** By correlation id and by message id: responders copy one or the other. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #byDelivery = new Map<number, Waiting>();
  readonly #arrived = new Map<number, ArrivedMessage>();
  readonly #roundTripsMs: number[] = [];
  readonly snapshots: Snapshots<RequestState>;
  #connection: ConnectionState = { status: "closed" };
  #linkState: LinkState = "closed";
  #rhea: Rhea | undefined;
  #sender: Sender | undefined;
  #replyAddress: string | undefined;
  #replyTimeoutMs = replyTimeoutMs;
  #run: { readonly draft: MessageDraft; readonly pace: SendRun } | undefined;
  #strays = 0;
  #notice: Notice | undefined;
  #fault: string | undefined;
  #lastId = 0;

  constructor({ address, openSession }: { address: string; openSession: () => Promise<TestSession> }) {
    this.#address = address;
    this.#link = new AmqpLink({
      openSession,
      onState: (connection) => {
        this.#connection = connection;
        this.snapshots.changed();
      },
      onOpen: (connection, rhea) => this.#attach(connection, rhea),
      onLost: () => this.#lost(),
      onMessage: (deliveryId, message) => this.#arrived.set(deliveryId, message),
    });
    this.snapshots = new Snapshots(() => ({
      connection: this.#connection, link: this.#linkState, credit: this.#credit, rows: this.#log.view(), notice: this.#notice, replyAddress: this.#replyAddress,
      run: this.#run === undefined ? null : { sent: this.#run.pace.sent, count: Number.isFinite(this.#run.pace.count) ? this.#run.pace.count : null },
      roundTripsMs: this.#roundTripsMs.toSorted((a, b) => a - b), strays: this.#strays, fault: this.#fault,
    }));
  }

  get #credit(): number {
    return this.#linkState === "open" ? ((this.#sender as unknown as { credit: number } | undefined)?.credit ?? 0) : 0;
  }

  readonly connect = (): void => this.#link.connect();

  readonly stop = (): void => {
    this.stopSending();
    this.#link.close();
  };

  /** @param timeoutMs how long a reply is waited for */
  request(draft: MessageDraft, repetition: Repetition, timeoutMs = replyTimeoutMs): void {
    this.#fault = undefined;
    this.#replyTimeoutMs = timeoutMs;
    this.#run = { draft, pace: new SendRun(repetition, performance.now()) };
    this.#goOn();
  }

  readonly stopSending = (): void => {
    this.#run = undefined;
    this.snapshots.changed();
  };

  readonly clear = (): void => {
    this.#log.clear(({ status }) => status === "waiting");
    this.#roundTripsMs.length = 0;
    this.#strays = 0;
    this.snapshots.changed();
  };

  readonly dismissNotice = (): void => {
    this.#notice = undefined;
    this.snapshots.changed();
  };

  #goOn(): void {
    const run = this.#run;
    if (run === undefined) return;
    try {
      for (let due = Math.min(run.pace.due(performance.now()), 50); due > 0 && this.#requestOne(run.draft, run.pace); due -= 1) run.pace.sent += 1;
    } catch (error) {
      if (!(error instanceof DraftError)) throw error;
      this.#fault = error.message;
      return this.stopSending();
    }
    if (run.pace.isDone(performance.now())) return this.stopSending();
    this.snapshots.changed();
    setTimeout(() => {
      if (this.#run === run) this.#goOn();
    }, tickMs);
  }

  #requestOne(draft: MessageDraft, pace: SendRun): boolean {
    const [sender, rhea, replyTo] = [this.#sender, this.#rhea, this.#replyAddress];
    if (sender === undefined || rhea === undefined || replyTo === undefined || !sender.sendable() || this.#byDelivery.size + this.#waiting.size > maxWaiting) return false;
    const messageId = crypto.randomUUID();
    const message = toMessage(draft, messageId, { counter: pace.sent + 1, row: pace.nextLine() }, rhea);
    message.reply_to = replyTo;
    message.correlation_id ??= messageId;
    const delivery = sender.send(message);
    this.#lastId += 1;
    const rowId = this.#lastId;
    const keys = [...new Set([String(message.correlation_id), String(message.message_id)])];
    const waiting: Waiting = { rowId, sentAtMs: performance.now(), keys, timer: setTimeout(() => this.#end(waiting, "no reply", undefined), this.#replyTimeoutMs) };
    for (const key of keys) this.#waiting.set(key, waiting);
    this.#byDelivery.set(delivery.id, waiting);
    this.#log.append({ id: rowId, sizeBytes: rowOverheadBytes, at: new Date().toISOString(), correlationId: keys[0]!, status: "waiting", reason: undefined, reply: undefined, tookMs: undefined });
    return true;
  }

  #attach(connection: Connection, rhea: Rhea): void {
    this.#rhea = rhea;
    this.#linkState = "opening";
    const replies = connection.open_receiver({ source: { dynamic: true }, credit_window: replyCredit, autoaccept: true } as never);
    replies.on("receiver_open", () => {
      this.#replyAddress = (replies as unknown as { source: { address: string } }).source.address;
      this.#attachSender(connection);
    });
    replies.on("message", ({ delivery }: EventContext) => this.#onReply(delivery?.id));
    replies.on("receiver_error", () => this.#refused(replies));
    this.snapshots.changed();
  }

  #attachSender(connection: Connection): void {
    const sender = connection.open_sender({ target: { address: this.#address } } as never);
    this.#sender = sender;
    sender.on("sender_open", () => {
      this.#linkState = "open";
      this.snapshots.changed();
    });
    for (const event of ["sender_flow", "sendable"]) sender.on(event, () => this.snapshots.changed());
    sender.on("sender_error", () => this.#refused(sender));
    const settled = (status: RequestStatus) => ({ delivery }: EventContext) => {
      const waiting = delivery === undefined ? undefined : this.#byDelivery.get(delivery.id);
      if (delivery === undefined || waiting === undefined) return;
      this.#byDelivery.delete(delivery.id);
      if (status === "waiting") return;
      const error = (delivery.remote_state as { error?: { description?: string; condition?: string } } | undefined)?.error;
      this.#end(waiting, status, error?.description ?? error?.condition);
    };
    sender.on("accepted", settled("waiting"));
    sender.on("rejected", settled("rejected"));
    for (const outcome of ["released", "modified"]) sender.on(outcome, settled("released"));
  }

  #onReply(deliveryId: number | undefined): void {
    const arrived = deliveryId === undefined ? undefined : this.#arrived.get(deliveryId);
    if (deliveryId === undefined || arrived === undefined) return;
    this.#arrived.delete(deliveryId);
    const id = arrived.refusal === undefined ? detailOfMessage(arrived).correlationId : undefined;
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (waiting === undefined) this.#strays += 1;
    else this.#end(waiting, "replied", undefined, arrived);
    this.snapshots.changed();
  }

  #end(waiting: Waiting, status: RequestStatus, reason: string | undefined, reply?: ArrivedMessage): void {
    clearTimeout(waiting.timer);
    for (const key of waiting.keys) this.#waiting.delete(key);
    const tookMs = reply === undefined ? undefined : performance.now() - waiting.sentAtMs;
    if (tookMs !== undefined) {
      this.#roundTripsMs.push(tookMs);
      if (this.#roundTripsMs.length > maxRoundTrips) this.#roundTripsMs.shift();
    }
    const row = this.#log.get(waiting.rowId);
    if (row !== undefined) this.#log.replace({ ...row, status, reason, reply, tookMs });
    this.snapshots.changed();
  }

  #refused(link: Sender | Receiver): void {
    const { reason } = refusalOfLink(link);
    this.#lost();
    this.#linkState = { refused: reason };
    this.snapshots.changed();
  }

  #lost(): void {
    const lost = new Set(this.#waiting.values());
    for (const waiting of lost) this.#end(waiting, "unknown", undefined);
    this.#byDelivery.clear();
    this.#arrived.clear();
    this.#sender = undefined;
    this.#replyAddress = undefined;
    if (lost.size > 0) this.#notice = { at: new Date().toISOString(), text: `The connection was lost, and the reply address with it: ${counted(lost.size, "reply", "replies")} cannot come any more.` };
    this.#linkState = "closed";
    this.stopSending();
  }
}
