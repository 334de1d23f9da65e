import type { Connection, Delivery, Message, Sender } from "rhea";
import type { TestSession } from "#contracts/test-client/ticket.ts";
import { counted } from "#components/feedback/format.ts";
import { AmqpLink, type ConnectionState, type Rhea } from "./amqp-link.ts";
import type { ArrivedMessage } from "./frame-guard.ts";
import { type LinkState, maxRowBytes, maxRows, type PaneState, type Notice } from "./link-state.ts";
import { DraftError, type MessageDraft } from "./message-draft.ts";
import { MessageLog } from "./message-log.ts";
import { type Repetition, SendRun } from "./send-run.ts";
import { sendWithinLimit } from "./send-within-limit.ts";
import type { Snapshots } from "./snapshots.ts";
import { Turns } from "./turns.ts";

/** Between two looks at a run that waits for its time or for credit. */
const tickMs = 15;

/** What is kept for a row beside its own bytes. */
export const rowOverheadBytes = 300;

export interface RunState<Row> extends PaneState<Row> {
  /** How far sending has come while it goes on; null when it does not. A count of null goes on until its time is over. */
  readonly run: { readonly sent: number; readonly count: number | null } | null;
  /** Why the last run was ended before it was done. */
  readonly fault: string | undefined;
}

/** One end of a run: what was sent, and how it was to be. */
export interface EndedRun {
  readonly draft: MessageDraft;
  readonly repetition: Repetition;
  readonly sent: number;
}

export interface RunClientOptions {
  readonly address: string;
  readonly openSession: () => Promise<TestSession>;
  readonly onRunEnd?: ((run: EndedRun) => void) | undefined;
}

/** Whatever sends by runs over a connection of its own: pace, progress, faults, notices and the rows of what was sent. */
export abstract class RunClient<Row extends { readonly id: number; readonly sizeBytes: number }, State extends RunState<Row>> {
  abstract readonly snapshots: Snapshots<State>;
  protected readonly address: string;
  protected readonly log = new MessageLog<Row>(maxRows, maxRowBytes);
  protected linkState: LinkState = "closed";
  protected sender: Sender | undefined;
  readonly #link: AmqpLink;
  readonly #onRunEnd: RunClientOptions["onRunEnd"];
  #rhea: Rhea | undefined;
  #connection: ConnectionState = { status: "closed" };
  #run: { readonly draft: MessageDraft; readonly repetition: Repetition; readonly pace: SendRun } | undefined;
  readonly #turns = new Turns();
  #notice: Notice | undefined;
  #fault: string | undefined;
  #lastId = 0;

  constructor({ address, openSession, onRunEnd }: RunClientOptions) {
    this.address = address;
    this.#onRunEnd = onRunEnd;
    this.#link = new AmqpLink({
      openSession,
      onState: (connection) => {
        this.#connection = connection;
        this.snapshots.changed();
      },
      onOpen: (connection, rhea) => {
        this.#rhea = rhea;
        this.attach(connection, rhea);
      },
      onLost: (why) => {
        this.sender = undefined;
        this.lost(why);
      },
      onMessage: (deliveryId, message) => this.arrived(deliveryId, message),
    });
  }

  /** A row as it stands now; undefined when it has gone out of view. */
  row(id: number): Row | undefined {
    return this.log.get(id);
  }

  /** Attaches what the client needs on a connection that has opened. */
  protected abstract attach(connection: Connection, rhea: Rhea): void;
  /** A message has arrived whose delivery is about to be told of. */
  protected abstract arrived(deliveryId: number, message: ArrivedMessage): void;
  /** The connection or the link is gone, with everything on it; `why` is the beginning of a sentence. */
  protected abstract lost(why: string): void;
  /** @returns whether one more may be handed over now, beside the sender's own credit */
  protected abstract isReady(): boolean;
  /** Sends the message that is next in a run, and adds its row. @throws DraftError when it cannot be made */
  protected abstract sendNext(sender: Sender, rhea: Rhea, draft: MessageDraft, pace: SendRun): void;

  readonly connect = (): void => this.#link.connect();

  readonly stop = (): void => {
    this.stopSending();
    this.#link.close();
  };

  /** Sends no more of the run; what was sent keeps its outcomes. */
  readonly stopSending = (): void => {
    const run = this.#run;
    this.#run = undefined;
    if (run !== undefined) this.#onRunEnd?.({ draft: run.draft, repetition: run.repetition, sent: run.pace.sent });
    this.snapshots.changed();
  };

  readonly dismissNotice = (): void => {
    this.#notice = undefined;
    this.snapshots.changed();
  };

  /** What every state of such a client has. */
  protected common(): RunState<Row> {
    return { connection: this.#connection, link: this.linkState, credit: this.#credit, rows: this.log.view(), notice: this.#notice, run: this.#progress, fault: this.#fault };
  }

  /** Begins a run; it ends what was being sent before. */
  protected begin(draft: MessageDraft, repetition: Repetition): void {
    this.stopSending();
    this.#fault = undefined;
    this.#run = { draft, repetition, pace: new SendRun(repetition, performance.now()) };
    this.#turns.end(performance.now());
    this.#goOn();
  }

  /** @throws DraftError when the message is too large for the address */
  protected handOver(sender: Sender, rhea: Rhea, message: Message): Delivery {
    return sendWithinLimit(sender, rhea, message, `${this.address} takes`, "Make it smaller, or choose a plan for the address that allows more.");
  }

  protected nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Ends the run and says what has become of what was sent. @param unknown what nobody will hear of any more; empty when there is nothing */
  protected breakOff(why: string, unknown: string): void {
    const { pace } = this.#run ?? {};
    const left = pace === undefined ? "" : ` Sending ${Number.isFinite(pace.count) ? `stopped after ${pace.sent.toLocaleString("en")} of ${counted(pace.count, "message")}` : "was stopped"}.`;
    if (unknown !== "" || left !== "") this.#notice = { at: new Date().toISOString(), text: `${/[.!?]$/.test(why) ? why : `${why}.`}${unknown === "" ? "" : ` ${unknown}`}${left}` };
    this.stopSending();
  }

  get #progress(): RunState<Row>["run"] {
    const { pace } = this.#run ?? {};
    return pace === undefined ? null : { sent: pace.sent, count: Number.isFinite(pace.count) ? pace.count : null };
  }

  /** rhea's senders know their credit; its types do not say so. */
  get #credit(): number {
    return this.linkState === "open" ? ((this.sender as unknown as { credit: number } | undefined)?.credit ?? 0) : 0;
  }

  #goOn(): void {
    const run = this.#run;
    if (run === undefined) return;
    const beganMs = performance.now();
    const turnMs = this.#turns.begin(beganMs);
    try {
      for (let due = run.pace.due(beganMs); due > 0 && this.#sendOne(run.draft, run.pace); due -= 1) {
        run.pace.sent += 1;
        if (performance.now() - beganMs > turnMs) break;
      }
    } catch (error) {
      if (!(error instanceof DraftError)) throw error;
      this.#fault = `Message ${run.pace.sent + 1} was not sent. ${error.message}`;
      return this.stopSending();
    }
    if (run.pace.isDone(performance.now())) return this.stopSending();
    this.snapshots.changed();
    this.#turns.end(performance.now() + tickMs);
    setTimeout(() => {
      if (this.#run === run) this.#goOn();
    }, tickMs);
  }

  /** @returns whether it was sent; not while there is no credit, no link, or too much without an outcome */
  #sendOne(draft: MessageDraft, pace: SendRun): boolean {
    const [sender, rhea] = [this.sender, this.#rhea];
    if (rhea === undefined || sender === undefined || this.linkState !== "open" || !sender.sendable() || !this.isReady()) return false;
    this.sendNext(sender, rhea, draft, pace);
    return true;
  }
}
