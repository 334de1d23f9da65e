import type { Connection, EventContext, Receiver, Sender } from "rhea";
import { counted } from "#components/feedback/format.ts";
import { refusalOfLink, type Rhea } from "./amqp-link.ts";
import type { ArrivedMessage } from "./frame-guard.ts";
import { type MessageDraft, toMessage } from "./message-draft.ts";
import { detailOfMessage } from "./message-detail.ts";
import { rowOverheadBytes, RunClient, type RunState } from "./run-client.ts";
import type { Repetition, SendRun } from "./send-run.ts";
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

export interface RequestState extends RunState<RequestRow> {
  readonly replyAddress: string | undefined;
  /** Of the newest replies, in ms, sorted. */
  readonly roundTripsMs: readonly number[];
  /** Replies that belong to no request that is waited for. */
  readonly strays: number;
}

const replyCredit = 200;
const maxWaiting = 500;
const maxRoundTrips = 1_000;
const replyTimeoutMs = 30_000;

interface Waiting {
  readonly rowId: number;
  readonly sentAtMs: number;
  readonly keys: readonly string[];
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Sends requests to one address and matches the replies, which come to an address that the gateway makes for this pane, by correlation id. */
export class RequestClient extends RunClient<RequestRow, RequestState> {
  /** By correlation id and by message id: responders copy one or the other. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #byDelivery = new Map<number, Waiting>();
  readonly #arrived = new Map<number, ArrivedMessage>();
  readonly #roundTripsMs: number[] = [];
  #replyAddress: string | undefined;
  #replyTimeoutMs = replyTimeoutMs;
  #strays = 0;
  override readonly snapshots = new Snapshots<RequestState>(() => ({
    ...this.common(), replyAddress: this.#replyAddress, roundTripsMs: this.#roundTripsMs.toSorted((a, b) => a - b), strays: this.#strays,
  }));

  /** @param timeoutMs how long a reply is waited for */
  request(draft: MessageDraft, repetition: Repetition, timeoutMs = replyTimeoutMs): void {
    this.#replyTimeoutMs = timeoutMs;
    this.begin(draft, repetition);
  }

  readonly clear = (): void => {
    this.log.clear(({ status }) => status === "waiting");
    this.#roundTripsMs.length = 0;
    this.#strays = 0;
    this.snapshots.changed();
  };

  protected override isReady(): boolean {
    return this.#replyAddress !== undefined && this.#byDelivery.size + this.#waiting.size <= maxWaiting;
  }

  protected override sendNext(sender: Sender, rhea: Rhea, draft: MessageDraft, pace: SendRun): void {
    const messageId = crypto.randomUUID();
    const message = toMessage(draft, messageId, { counter: pace.sent + 1, row: pace.nextLine() }, rhea);
    if (this.#replyAddress !== undefined) message.reply_to = this.#replyAddress;
    message.correlation_id ??= messageId;
    const delivery = this.handOver(sender, rhea, message);
    const rowId = this.nextId();
    const keys = [...new Set([String(message.correlation_id), String(message.message_id)])];
    const waiting: Waiting = { rowId, sentAtMs: performance.now(), keys, timer: setTimeout(() => this.#end(waiting, "no reply", undefined), this.#replyTimeoutMs) };
    for (const key of keys) this.#waiting.set(key, waiting);
    this.#byDelivery.set(delivery.id, waiting);
    this.log.append({ id: rowId, sizeBytes: rowOverheadBytes, at: new Date().toISOString(), correlationId: keys[0]!, status: "waiting", reason: undefined, reply: undefined, tookMs: undefined });
  }

  protected override attach(connection: Connection): void {
    this.linkState = "opening";
    this.#replyAddress = undefined;
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
    const sender = connection.open_sender({ target: { address: this.address } } as never);
    this.sender = sender;
    sender.on("sender_open", () => {
      this.linkState = "open";
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

  protected override arrived(deliveryId: number, message: ArrivedMessage): void {
    this.#arrived.set(deliveryId, message);
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
    const row = this.log.get(waiting.rowId);
    if (row !== undefined) this.log.replace({ ...row, status, reason, reply, tookMs });
    this.snapshots.changed();
  }

  #refused(link: Sender | Receiver): void {
    const { reason } = refusalOfLink(link);
    this.lost(`The link was closed: ${reason}`);
    this.sender = undefined;
    this.linkState = { refused: reason };
    this.snapshots.changed();
  }

  protected override lost(why: string): void {
    const lost = new Set(this.#waiting.values());
    for (const waiting of lost) this.#end(waiting, "unknown", undefined);
    this.#byDelivery.clear();
    this.#arrived.clear();
    this.#replyAddress = undefined;
    this.linkState = "closed";
    this.breakOff(why, lost.size === 0 ? "" : `The reply address went with it: ${counted(lost.size, "reply", "replies")} cannot come any more.`);
  }
}
