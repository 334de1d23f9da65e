import type { Connection, Delivery, EventContext, Receiver } from "rhea";
import type { AddressType } from "#contracts/addresses/address-type.ts";
import { tellOutcomesAsGiven } from "#contracts/outcomes-as-given.ts";
import type { TestSession } from "#contracts/test-client/ticket.ts";
import { counted } from "#components/feedback/format.ts";
import { AmqpLink, type ConnectionState, refusalOfLink, type Rhea } from "./amqp-link.ts";
import type { ArrivedMessage } from "./frame-guard.ts";
import { type LinkState, maxRowBytes, maxRows, type Notice, type PaneState } from "./link-state.ts";
import type { MessageDraft } from "./message-draft.ts";
import { MessageLog } from "./message-log.ts";
import { maxUnsettled, type Outcome, type ReceivedMessage, type ReceivingOptions } from "./receiving.ts";
import { sendReply } from "./send-reply.ts";
import { Snapshots } from "./snapshots.ts";
import { anyTypedValue } from "./typed-value.ts";

export interface ReceiverState extends PaneState<ReceivedMessage> {
  readonly isOn: boolean;
  readonly isPaused: boolean;
  /** Messages that wait for a decision. */
  readonly undecided: number;
}

interface ReceiverOptions {
  readonly address: { readonly name: string; readonly type: AddressType };
  readonly openSession: () => Promise<TestSession>;
  /** Whose durable subscriptions these are. */
  readonly person: string;
}

const rowOverheadBytes = 300;
const settleModes = { unsettled: 0, settled: 1, mixed: 2 } as const;

/** Receives from one address over a connection of its own, as the chosen options say, while it is switched on. */
export class ReceiverClient {
  readonly #options: ReceiverOptions;
  readonly #log: MessageLog<ReceivedMessage>;
  readonly #arrived = new Map<number, ArrivedMessage>();
  readonly #deliveries = new Map<number, Delivery>();
  readonly snapshots: Snapshots<ReceiverState>;
  #link: AmqpLink | undefined;
  #rhea: Rhea | undefined;
  #connection: Connection | undefined;
  #receiver: Receiver | undefined;
  #receiving: ReceivingOptions | undefined;
  #connectionState: ConnectionState = { status: "closed" };
  #linkState: LinkState = "closed";
  #isPaused = false;
  #credit = 0;
  #notice: Notice | undefined;
  #lastId = 0;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    // Whoever has not decided by now cannot any more: the message goes back.
    this.#log = new MessageLog(maxRows, maxRowBytes, ({ id }) => {
      this.#deliveries.get(id)?.release();
      this.#deliveries.delete(id);
    });
    this.snapshots = new Snapshots(() => ({
      connection: this.#connectionState, link: this.#linkState, credit: this.#credit, rows: this.#log.view(), notice: this.#notice, isOn: this.#receiving !== undefined,
      isPaused: this.#isPaused, undecided: this.#deliveries.size,
    }));
  }

  /** Connects and attaches; after a loss it does so again by itself. */
  start(options: ReceivingOptions): void {
    this.stop();
    this.#receiving = options;
    this.#isPaused = false;
    this.#link = new AmqpLink({
      openSession: this.#options.openSession,
      containerId: options.subscription !== "" && !options.isShared ? `test-client.${this.#options.person}` : undefined,
      onState: (state) => {
        this.#connectionState = state;
        if (state.status === "refused" || state.status === "ended") this.#receiving = undefined;
        this.snapshots.changed();
      },
      onOpen: (connection, rhea) => this.#attach(connection, rhea, options),
      onLost: (why) => this.#lost(why),
      onMessage: (deliveryId, message) => this.#arrived.set(deliveryId, message),
    });
    this.#link.connect();
  }

  /** Tries now instead of when the back-off ends. */
  readonly connect = (): void => this.#link?.connect();

  /** Closes the connection; what waited for a decision goes back. A durable subscription stays. */
  readonly stop = (): void => {
    this.#receiving = undefined;
    this.#link?.close();
    this.#link = undefined;
  };

  /** Ends a durable subscription for good, with what waits in it. */
  readonly unsubscribe = (): void => {
    const receiver = this.#receiver;
    if (receiver === undefined) return;
    // It ends as was wished: that is no refusal.
    this.#receiver = undefined;
    receiver.on("receiver_close", this.stop);
    receiver.close();
  };

  readonly setPaused = (isPaused: boolean): void => {
    this.#isPaused = isPaused;
    if (!isPaused) this.#topUp();
    this.snapshots.changed();
  };

  /** Gives the receiver credit for this many more messages. */
  addCredit(count: number): void {
    const given = Math.min(count, maxUnsettled - this.#deliveries.size - this.#credit);
    if (given <= 0 || this.#receiver === undefined) return;
    this.#receiver.add_credit(given);
    this.#credit += given;
    this.snapshots.changed();
  }

  /** Tells the sender what became of a message that waits for a decision. */
  settle(id: number, outcome: Outcome, how: ReceivingOptions): void {
    const delivery = this.#deliveries.get(id);
    const row = this.#log.get(id);
    if (delivery === undefined || row === undefined) return;
    this.#deliveries.delete(id);
    this.#decide(delivery, outcome, how);
    this.#log.replace({ ...row, settlement: outcome });
    if (!how.isManualCredit) this.#topUp();
    this.snapshots.changed();
  }

  /** A row as it stands now; undefined when it has gone out of view. */
  row(id: number): ReceivedMessage | undefined {
    return this.#log.get(id);
  }

  /** Takes settled rows out of view; those that wait for a decision stay. */
  readonly clear = (): void => {
    this.#log.clear(({ settlement }) => settlement === "open");
    this.snapshots.changed();
  };

  readonly dismissNotice = (): void => {
    this.#notice = undefined;
    this.snapshots.changed();
  };

  /** Sends a reply over this receiver's own connection, to a reply address that somebody has made. @returns its outcome @throws Error with words for people */
  reply(address: string, draft: MessageDraft): Promise<string> {
    const [connection, rhea] = [this.#connection, this.#rhea];
    if (connection === undefined || rhea === undefined) return Promise.reject(new Error("There is no connection."));
    return sendReply(connection, rhea, address, draft);
  }

  #decide(delivery: Delivery, outcome: Outcome, how: ReceivingOptions): void {
    const rhea = this.#rhea;
    if (outcome === "accepted") delivery.accept();
    if (outcome === "released") delivery.release();
    if (outcome === "rejected") delivery.reject({ condition: how.condition, description: how.reason });
    if (outcome === "modified" && rhea !== undefined) {
      const annotations = Object.fromEntries(how.annotations.map(({ name, type, value }) => [name, anyTypedValue(type, value, rhea.types)]));
      delivery.modified({
        delivery_failed: how.deliveryFailed, undeliverable_here: how.undeliverableHere,
        ...(how.annotations.length === 0 ? {} : { message_annotations: rhea.types.wrap_symbolic_map(annotations) }),
      } as never);
    }
  }

  #attach(connection: Connection, rhea: Rhea, options: ReceivingOptions): void {
    this.#rhea = rhea;
    this.#connection = connection;
    const { name, type } = this.#options.address;
    const isDurable = type === "topic" && options.subscription !== "";
    const capabilities = type === "topic" ? ["topic", ...(isDurable && options.isShared ? ["shared", "global"] : [])] : [];
    const receiver = connection.open_receiver({
      ...(isDurable ? { name: options.subscription } : {}),
      source: {
        address: name,
        ...(capabilities.length > 0 ? { capabilities } : {}),
        ...(isDurable ? { durable: 2, expiry_policy: "never" } : {}),
        ...(options.selector.trim() === "" ? {} : { filter: rhea.filter.selector(options.selector.trim()) }),
        ...(options.mode === "browse" ? { distribution_mode: "copy" } : {}),
      },
      snd_settle_mode: settleModes[options.senderSettles],
      rcv_settle_mode: options.receiverSettles === "second" ? 1 : 0,
      credit_window: 0,
      autoaccept: false,
    } as never);
    tellOutcomesAsGiven(receiver.session);
    this.#receiver = receiver;
    this.#linkState = "opening";
    this.#credit = 0;
    receiver.on("receiver_open", () => {
      if (this.#receiver !== receiver) return;
      this.#linkState = "open";
      if (options.receiverSettles === "second" && receiver.rcv_settle_mode !== 1) {
        // Whoever waits for a settling that never comes would keep each delivery for ever.
        (receiver as unknown as { local: { attach: { rcv_settle_mode: number } } }).local.attach.rcv_settle_mode = 0;
        this.#notice = { at: new Date().toISOString(), text: "Settling second was asked for and not granted: this receiver settles first." };
      }
      this.addCredit(options.credit);
      this.snapshots.changed();
    });
    receiver.on("message", (context: EventContext) => this.#onMessage(context, options));
    const detached = () => {
      if (this.#receiver !== receiver || typeof this.#linkState === "object") return;
      this.#linkState = { refused: refusalOfLink(receiver).reason };
      this.#giveBack();
      this.#receiving = undefined;
      // The pane is off again, and says why; the connection is of no use to it.
      this.#link?.close();
    };
    receiver.on("receiver_error", detached);
    receiver.on("receiver_close", detached);
    this.snapshots.changed();
  }

  #onMessage({ delivery, receiver }: EventContext, options: ReceivingOptions): void {
    if (delivery === undefined || receiver !== this.#receiver) return;
    const arrived = this.#arrived.get(delivery.id);
    this.#arrived.delete(delivery.id);
    if (arrived === undefined) return;
    this.#lastId += 1;
    const id = this.#lastId;
    this.#credit = Math.max(0, this.#credit - 1);
    // What cannot be shown was given back by hand or by itself, and would come again at once, for ever.
    const isLeftAlone = options.mode === "automatic" && arrived.refusal !== undefined;
    const outcome = isLeftAlone ? "released" : options.outcome;
    const settlement =
      options.mode === "browse" ? "browsed"
      : delivery.remote_settled ? "pre-settled"
      : options.mode === "by-hand" ? "open"
      : outcome;
    if (settlement === "open") this.#deliveries.set(id, delivery);
    else if (settlement === "browsed" && !delivery.remote_settled) delivery.accept();
    else if (settlement !== "pre-settled" && settlement !== "browsed") this.#decide(delivery, outcome, options);
    this.#log.append({ id, sizeBytes: rowOverheadBytes + arrived.bytes.length, at: new Date().toISOString(), arrived, settlement });
    if (isLeftAlone && settlement !== "pre-settled") {
      this.#notice = { at: new Date().toISOString(), text: "A message that cannot be displayed was given back, and receiving was stopped so that it does not come again and again." };
      this.stop();
    } else if (options.mode === "automatic" && !options.isManualCredit) {
      this.#topUp();
    }
    this.snapshots.changed();
  }

  /** Half of the window at a time, so that a flood of messages does not answer each with a frame. */
  #topUp(): void {
    const options = this.#receiving;
    if (options === undefined || this.#isPaused || options.isManualCredit || this.#linkState !== "open" || options.mode === "browse") return;
    const held = this.#credit + this.#deliveries.size;
    if (held <= options.credit / 2) this.addCredit(options.credit - held);
  }

  #giveBack(): number {
    const open = this.#deliveries.size;
    this.#deliveries.clear();
    this.#arrived.clear();
    this.#credit = 0;
    if (open > 0) this.#log.replaceAll((row) => (row.settlement === "open" ? { ...row, settlement: "given back" } : row));
    this.snapshots.changed();
    return open;
  }

  #lost(why: string): void {
    const open = this.#giveBack();
    this.#receiver = undefined;
    this.#connection = undefined;
    if (typeof this.#linkState !== "object") this.#linkState = "closed";
    const options = this.#receiving;
    if (options === undefined) return;
    const { type } = this.#options.address;
    const undecided = open === 0 ? "" : ` ${counted(open, "message")} without a decision went back and may come again.`;
    const missed =
      type === "multicast" || (type === "topic" && options.subscription === "") ? " Messages that are sent until it is back are not kept for this receiver."
      : options.mode === "browse" ? ""
      : " What was accepted last may come again, if the broker had not heard of it yet.";
    this.#notice = { at: new Date().toISOString(), text: `${/[.!?]$/.test(why) ? why : `${why}.`}${undecided}${missed}` };
  }
}
