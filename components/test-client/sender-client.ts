import type { Connection, EventContext, Sender } from "rhea";
import type { TestSession } from "#contracts/test-client/ticket.ts";
import { counted } from "#components/feedback/format.ts";
import { AmqpLink, type ConnectionState, refusalOfLink, type Rhea } from "./amqp-link.ts";
import { type LinkState, maxRowBytes, maxRows, type Notice, type PaneState } from "./link-state.ts";
import { DraftError, type MessageDraft, toMessage } from "./message-draft.ts";
import { MessageLog } from "./message-log.ts";
import { once, type Repetition, SendRun } from "./send-run.ts";
import { Snapshots } from "./snapshots.ts";
import type { FileLine } from "./variables.ts";

/** Whether the other side is asked what became of each message (part 2, section 2.8.2). */
export type SendSettleMode = "unsettled" | "settled";

export const sendOutcomes = ["waiting", "accepted", "rejected", "released", "modified", "unknown", "settled"] as const;
/** `unknown`: the connection went before an outcome came. `settled`: sent without asking for one. */
export type SendOutcome = (typeof sendOutcomes)[number];

export interface SentMessage {
  readonly id: number;
  readonly sizeBytes: number;
  readonly at: string;
  readonly messageId: string;
  readonly draft: MessageDraft;
  readonly counter: number;
  readonly line: FileLine | undefined;
  readonly outcome: SendOutcome;
  /** Why it was rejected or modified, as the other side said. */
  readonly reason: string | undefined;
  /** From sending to the outcome. */
  readonly tookMs: number | undefined;
}

export interface SenderState extends PaneState<SentMessage> {
  /** How far sending has come while it goes on; null when it does not. A count of null goes on until its time is over. */
  readonly run: { readonly sent: number; readonly count: number | null } | null;
  readonly outcomes: Readonly<Record<SendOutcome, number>>;
  /** Why the last run was ended before it was done. */
  readonly fault: string | undefined;
}

/** One end of a run: what was sent, and what became of it so far. */
export interface EndedRun {
  readonly draft: MessageDraft;
  readonly repetition: Repetition;
  readonly sent: number;
}

const attachAgainMs = 5_000;
const maxUnsettledSends = 1_000;
/** Between two looks at a run that waits for its time or for credit, and how long one look may take. */
const runTickMs = 15;
const maxTickMs = 8;
const rowOverheadBytes = 300;

function noOutcomes(): Record<SendOutcome, number> {
  return { waiting: 0, accepted: 0, rejected: 0, released: 0, modified: 0, unknown: 0, settled: 0 };
}

interface SenderOptions {
  readonly address: string;
  readonly openSession: () => Promise<TestSession>;
  readonly settleMode: SendSettleMode;
  readonly onRunEnd?: (run: EndedRun) => void;
}

/** Sends to one address over a connection of its own. A message counts as accepted only when the other side has said so. */
export class SenderClient {
  readonly #options: SenderOptions;
  readonly #link: AmqpLink;
  readonly #log = new MessageLog<SentMessage>(maxRows, maxRowBytes);
  readonly #waiting = new Map<number, { readonly rowId: number; readonly sentAtMs: number }>();
  readonly snapshots: Snapshots<SenderState>;
  #connection: ConnectionState = { status: "closed" };
  #linkState: LinkState = "closed";
  #rhea: Rhea | undefined;
  #sender: Sender | undefined;
  #run: { readonly draft: MessageDraft; readonly repetition: Repetition; readonly pace: SendRun } | undefined;
  #outcomes = noOutcomes();
  #notice: Notice | undefined;
  #fault: string | undefined;
  #lastId = 0;
  #attachTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#link = new AmqpLink({
      openSession: options.openSession,
      onState: (connection) => {
        this.#connection = connection;
        this.snapshots.changed();
      },
      onOpen: (connection, rhea) => this.#attach(connection, rhea),
      onLost: () => {
        this.#sender = undefined;
        this.#lost("The connection was lost");
      },
      onMessage: () => undefined,
    });
    this.snapshots = new Snapshots(() => this.#state());
  }

  #state(): SenderState {
    const { pace } = this.#run ?? {};
    return {
      connection: this.#connection,
      link: this.#linkState,
      credit: this.#credit,
      rows: this.#log.view(),
      notice: this.#notice,
      run: pace === undefined ? null : { sent: pace.sent, count: Number.isFinite(pace.count) ? pace.count : null },
      outcomes: { ...this.#outcomes },
      fault: this.#fault,
    };
  }

  /** rhea's senders know their credit; its types do not say so. */
  get #credit(): number {
    return this.#linkState === "open" ? ((this.#sender as unknown as { credit: number } | undefined)?.credit ?? 0) : 0;
  }

  readonly connect = (): void => this.#link.connect();

  readonly stop = (): void => {
    this.stopSending();
    this.#link.close();
  };

  /** Sends what was typed, once or many times; each outcome arrives on its row. It ends what was being sent before. */
  send(draft: MessageDraft, repetition: Repetition = once): void {
    this.stopSending();
    this.#fault = undefined;
    this.#run = { draft, repetition, pace: new SendRun(repetition, performance.now()) };
    this.#goOnSending();
  }

  /** Sends no more of the run; what was sent keeps its outcomes. */
  readonly stopSending = (): void => {
    const run = this.#run;
    this.#run = undefined;
    if (run !== undefined) this.#options.onRunEnd?.({ draft: run.draft, repetition: run.repetition, sent: run.pace.sent });
    this.snapshots.changed();
  };

  readonly clear = (): void => {
    this.#log.clear();
    this.#outcomes = { ...noOutcomes(), waiting: this.#waiting.size };
    this.snapshots.changed();
  };

  readonly dismissNotice = (): void => {
    this.#notice = undefined;
    this.snapshots.changed();
  };

  #goOnSending(): void {
    const run = this.#run;
    if (run === undefined) return;
    const beganMs = performance.now();
    try {
      for (let due = run.pace.due(beganMs); due > 0 && this.#sendOne(run.draft, run.pace); due -= 1) {
        run.pace.sent += 1;
        if (performance.now() - beganMs > maxTickMs) break;
      }
    } catch (error) {
      if (!(error instanceof DraftError)) throw error;
      this.#fault = `Message ${run.pace.sent + 1} was not sent. ${error.message}`;
      return this.stopSending();
    }
    if (run.pace.isDone(performance.now())) return this.stopSending();
    this.snapshots.changed();
    setTimeout(() => {
      if (this.#run === run) this.#goOnSending();
    }, runTickMs);
  }

  /** @returns whether it was sent; not while there is no credit, no link, or too much without an outcome */
  #sendOne(draft: MessageDraft, pace: SendRun): boolean {
    const sender = this.#sender;
    if (this.#rhea === undefined || sender === undefined || this.#linkState !== "open" || !sender.sendable() || this.#waiting.size >= maxUnsettledSends) return false;
    const messageId = crypto.randomUUID();
    const counter = pace.sent + 1;
    const line = pace.nextLine();
    const delivery = sender.send(toMessage(draft, messageId, { counter, row: line }, this.#rhea));
    this.#lastId += 1;
    const isSettled = this.#options.settleMode === "settled";
    if (!isSettled) this.#waiting.set(delivery.id, { rowId: this.#lastId, sentAtMs: performance.now() });
    const outcome = isSettled ? "settled" : "waiting";
    this.#outcomes[outcome] += 1;
    this.#log.append({
      id: this.#lastId, sizeBytes: rowOverheadBytes + 2 * (line?.line.length ?? 0), at: new Date().toISOString(), messageId, draft, counter, line, outcome, reason: undefined, tookMs: undefined,
    });
    return true;
  }

  #attach(connection: Connection, rhea: Rhea): void {
    this.#rhea = rhea;
    const isSettled = this.#options.settleMode === "settled";
    const sender = connection.open_sender({ target: { address: this.#options.address }, treat_modified_as_released: false, snd_settle_mode: isSettled ? 1 : 0 } as never);
    this.#sender = sender;
    this.#linkState = "opening";
    const changed = () => this.snapshots.changed();
    sender.on("sender_open", () => {
      this.#linkState = "open";
      changed();
    });
    for (const event of ["sender_flow", "sendable"]) sender.on(event, changed);
    sender.on("accepted", ({ delivery }: EventContext) => this.#settled(delivery, "accepted"));
    sender.on("released", ({ delivery }: EventContext) => this.#settled(delivery, "released"));
    for (const outcome of ["modified", "rejected"] as const) {
      sender.on(outcome, ({ delivery }: EventContext) => {
        const error = (delivery?.remote_state as { error?: { condition?: string; description?: string } } | undefined)?.error;
        this.#settled(delivery, outcome, error === undefined ? undefined : [error.description, error.condition].filter((part) => part).join(" · "));
      });
    }
    sender.on("sender_error", () => {
      const { reason, isFinal } = refusalOfLink(sender);
      this.#lost(`The link was closed: ${reason}`);
      this.#linkState = { refused: reason };
      if (isFinal) return;
      clearTimeout(this.#attachTimer);
      this.#attachTimer = setTimeout(() => {
        if (this.#sender === sender) this.#attach(connection, rhea);
      }, attachAgainMs);
    });
    sender.on("sender_close", () => {
      if (this.#sender !== sender || typeof this.#linkState === "object") return;
      this.#linkState = "closed";
      changed();
    });
    changed();
  }

  #settled(delivery: { readonly id: number } | undefined, outcome: SendOutcome, reason?: string): void {
    const waiting = delivery === undefined ? undefined : this.#waiting.get(delivery.id);
    if (delivery === undefined || waiting === undefined) return;
    this.#waiting.delete(delivery.id);
    this.#outcomes.waiting -= 1;
    this.#outcomes[outcome] += 1;
    const row = this.#log.get(waiting.rowId);
    if (row !== undefined) this.#log.replace({ ...row, outcome, reason, tookMs: performance.now() - waiting.sentAtMs });
    this.snapshots.changed();
  }

  /** Messages without an outcome will never have one: whether they arrived, nobody here can know. */
  #lost(why: string): void {
    const lost = this.#waiting.size;
    this.#waiting.clear();
    clearTimeout(this.#attachTimer);
    this.#linkState = "closed";
    this.#outcomes.unknown += lost;
    this.#outcomes.waiting = 0;
    if (lost > 0) this.#log.replaceAll((row) => (row.outcome === "waiting" ? { ...row, outcome: "unknown" } : row));
    const { pace } = this.#run ?? {};
    const left = pace === undefined ? "" : ` Sending ${Number.isFinite(pace.count) ? `stopped after ${pace.sent.toLocaleString("en")} of ${counted(pace.count, "message")}` : "was stopped"}.`;
    if (lost > 0 || pace !== undefined) {
      const unknown = lost === 0 ? "" : ` ${counted(lost, "message")} had no outcome yet, so ${lost === 1 ? "it" : "they"} may or may not have arrived.`;
      this.#notice = { at: new Date().toISOString(), text: `${why}.${unknown}${left}`.replace("..", ".") };
    }
    this.stopSending();
  }
}
