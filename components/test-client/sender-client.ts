import type { Connection, Delivery, EventContext, Sender } from "rhea";
import { counted } from "#components/feedback/format.ts";
import { refusalOfLink, type Rhea } from "./amqp-link.ts";
import { type MessageDraft, toMessage } from "./message-draft.ts";
import { rowOverheadBytes, RunClient, type RunClientOptions, type RunState } from "./run-client.ts";
import { once, type Repetition, type SendRun } from "./send-run.ts";
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

export interface SenderState extends RunState<SentMessage> {
  readonly outcomes: Readonly<Record<SendOutcome, number>>;
}

const attachAgainMs = 5_000;
const maxUnsettledSends = 1_000;

function noOutcomes(): Record<SendOutcome, number> {
  return { waiting: 0, accepted: 0, rejected: 0, released: 0, modified: 0, unknown: 0, settled: 0 };
}

function wordsOfError({ remote_state: state }: Delivery): string | undefined {
  const { error } = (state ?? {}) as { error?: { condition?: string; description?: string } };
  return error === undefined ? undefined : [error.description, error.condition].filter((part) => part).join(" · ");
}

const maxShownAnnotations = 20;
const maxWordCharacters = 200;

function wordOf(value: unknown): string {
  const json = JSON.stringify(value) ?? "";
  return (json.startsWith('"') ? (JSON.parse(json) as string) : json).slice(0, maxWordCharacters);
}

/** What a receiver says with a modified outcome (part 3, section 3.4.5). */
function wordsOfModified({ remote_state: state }: Delivery): string {
  const { delivery_failed: hasFailed, undeliverable_here: isUndeliverable, message_annotations: annotations } = (state ?? {}) as { delivery_failed?: boolean; undeliverable_here?: boolean; message_annotations?: { readonly value?: unknown } };
  // rhea leaves the map as it came: keys and values in turn.
  const flat = Array.isArray(annotations?.value) ? (annotations.value as unknown[]).slice(0, 2 * maxShownAnnotations) : [];
  const pairs = flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]] as const] : []));
  const parts = [
    hasFailed === true ? "The delivery failed." : "The delivery does not count as failed.",
    ...(isUndeliverable === true ? ["It cannot be delivered there."] : []),
    ...pairs.map(([name, value]) => `${wordOf(name)}: ${wordOf(value)}`),
  ];
  return parts.join(" ");
}

/** Sends to one address. A message counts as accepted only when the other side has said so. */
export class SenderClient extends RunClient<SentMessage, SenderState> {
  readonly #isSettled: boolean;
  readonly #waiting = new Map<number, { readonly rowId: number; readonly sentAtMs: number }>();
  #outcomes = noOutcomes();
  #attachTimer: ReturnType<typeof setTimeout> | undefined;
  override readonly snapshots = new Snapshots<SenderState>(() => ({ ...this.common(), outcomes: { ...this.#outcomes } }));

  constructor({ settleMode, ...options }: RunClientOptions & { readonly settleMode: SendSettleMode }) {
    super(options);
    this.#isSettled = settleMode === "settled";
  }

  /** Sends what was typed, once or many times; each outcome arrives on its row. */
  send(draft: MessageDraft, repetition: Repetition = once): void {
    this.begin(draft, repetition);
  }

  readonly clear = (): void => {
    this.log.clear();
    this.#outcomes = { ...noOutcomes(), waiting: this.#waiting.size };
    this.snapshots.changed();
  };

  protected override isReady(): boolean {
    return this.#waiting.size < maxUnsettledSends;
  }

  protected override sendNext(sender: Sender, rhea: Rhea, draft: MessageDraft, pace: SendRun): void {
    const messageId = crypto.randomUUID();
    const counter = pace.sent + 1;
    const line = pace.nextLine();
    const delivery = this.handOver(sender, rhea, toMessage(draft, messageId, { counter, row: line }, rhea));
    const id = this.nextId();
    if (!this.#isSettled) this.#waiting.set(delivery.id, { rowId: id, sentAtMs: performance.now() });
    const outcome = this.#isSettled ? "settled" : "waiting";
    this.#outcomes[outcome] += 1;
    this.log.append({ id, sizeBytes: rowOverheadBytes + 2 * (line?.line.length ?? 0), at: new Date().toISOString(), messageId, draft, counter, line, outcome, reason: undefined, tookMs: undefined });
  }

  protected override attach(connection: Connection, rhea: Rhea): void {
    const sender = connection.open_sender({ target: { address: this.address }, treat_modified_as_released: false, snd_settle_mode: this.#isSettled ? 1 : 0 } as never);
    this.sender = sender;
    this.linkState = "opening";
    // A former connection may still say something while it ends; its delivery ids are those of others by now.
    const isCurrent = () => this.sender === sender;
    const changed = () => this.snapshots.changed();
    sender.on("sender_open", () => {
      if (!isCurrent()) return;
      this.linkState = "open";
      changed();
    });
    for (const event of ["sender_flow", "sendable"]) sender.on(event, changed);
    for (const outcome of ["accepted", "released", "modified", "rejected"] as const) {
      sender.on(outcome, ({ delivery }: EventContext) => {
        if (isCurrent()) this.#settled(delivery, outcome);
      });
    }
    const detached = ({ reason, isFinal, isTooLarge }: ReturnType<typeof refusalOfLink>) => {
      if (isTooLarge) this.#rejectLast(reason);
      this.lost(`The link was closed: ${reason}`, isTooLarge ? "The last message was not taken." : "");
      this.linkState = { refused: reason };
      changed();
      if (isFinal) return;
      this.#attachTimer = setTimeout(() => {
        if (isCurrent()) this.attach(connection, rhea);
      }, attachAgainMs);
    };
    sender.on("sender_error", () => {
      if (isCurrent()) detached(refusalOfLink(sender));
    });
    sender.on("sender_close", () => {
      if (isCurrent() && typeof this.linkState !== "object") detached(refusalOfLink(sender));
    });
    changed();
  }

  protected override arrived(): void {}

  #settled(delivery: Delivery | undefined, outcome: SendOutcome): void {
    const waiting = delivery === undefined ? undefined : this.#waiting.get(delivery.id);
    if (delivery === undefined || waiting === undefined) return;
    const reason = outcome === "modified" ? wordsOfModified(delivery) : wordsOfError(delivery);
    this.#end(delivery.id, waiting.rowId, outcome, reason, performance.now() - waiting.sentAtMs);
    this.snapshots.changed();
  }

  #end(deliveryId: number, rowId: number, outcome: SendOutcome, reason: string | undefined, tookMs: number): void {
    this.#waiting.delete(deliveryId);
    this.#outcomes.waiting -= 1;
    this.#outcomes[outcome] += 1;
    const row = this.log.get(rowId);
    if (row !== undefined) this.log.replace({ ...row, outcome, reason, tookMs });
  }

  /**
   * The limit has become smaller since the link was attached. Which message was beyond it is not said; the last one was it or came after
   * it, so it was not taken. Of those before nobody knows.
   */
  #rejectLast(reason: string): void {
    const last = [...this.#waiting].at(-1);
    if (last !== undefined) this.#end(last[0], last[1].rowId, "rejected", reason, performance.now() - last[1].sentAtMs);
  }

  /** Messages without an outcome will never have one: whether they arrived, nobody here can know. */
  protected override lost(why: string, more = ""): void {
    const lost = this.#waiting.size;
    this.#waiting.clear();
    clearTimeout(this.#attachTimer);
    this.linkState = "closed";
    this.#outcomes.unknown += lost;
    this.#outcomes.waiting = 0;
    if (lost > 0) this.log.replaceAll((row) => (row.outcome === "waiting" ? { ...row, outcome: "unknown" } : row));
    const unknown = lost === 0 ? "" : `${counted(lost, "message")} had no outcome yet, so ${lost === 1 ? "it" : "they"} may or may not have arrived.`;
    this.breakOff(why, [more, unknown].filter((part) => part !== "").join(" "));
  }
}
