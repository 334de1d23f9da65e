import rhea, { type Delivery, type EventContext, type Session } from "rhea";
import { AmqpBoundsError, checkAmqpMessage } from "#contracts/amqp-bounds.ts";
import { PostroomError } from "#contracts/errors.ts";
import { maxBrowsedBodyCharacters, maxBrowsedMessages, type QueuedMessage } from "#contracts/messages/message.ts";
import { entriesOf, showValue, viewOf, type DecodedMessage } from "#contracts/messages/message-view.ts";
import { partsOfSubscription } from "#contracts/naming.ts";
import type { NamedEndpoint } from "../../env.ts";
import type { Limits } from "../../limits.ts";
import type { WorkWindow } from "../../work-window.ts";
import type { BrowseOptions, MessageDriver, MessageQueue, QueueState, RetryOptions } from "../message-driver.ts";
import { deadLetterAddress, deadLetterQueue, queueOf } from "./address-settings.ts";
import { originOf, withoutDuplicateId } from "./message-bytes.ts";
import { withRawSession } from "./raw-session.ts";

const noResource = /^AMQ229067:/;
const invalidFilter = /^AMQ229020:/;
const originQueue = "x-opt-ORIG-QUEUE";
const originPrefix = "x-opt-ORIG-";
/** `<tenant>.<space>.<class>.` */
const classPrefix = /^[^.]+\.[^.]+\.[^.]+\./;

export interface ArtemisMessagesOptions {
  readonly endpoint: NamedEndpoint;
  readonly peer: string;
  readonly limits: Limits;
  /** Asks the broker's management; undefined for a refusal that is tolerated. */
  readonly call: (resource: string, operation: string, parameters: unknown[], window: WorkWindow, tolerated?: RegExp) => Promise<unknown>;
}

/** Messages on a real Artemis: counted and removed by its management, read and moved over AMQP. */
export class ArtemisMessages implements MessageDriver {
  readonly #options: ArtemisMessagesOptions;

  constructor(options: ArtemisMessagesOptions) {
    this.#options = options;
  }

  async queueState(queue: MessageQueue, selector: string, window: WorkWindow): Promise<QueueState> {
    const read = async (operation: string, parameters: unknown[] = []) => Number((await this.#call(queue, operation, parameters, window)) ?? 0);
    const [messages, beingDelivered, consumers, added, matching] = await Promise.all([
      read("getMessageCount"),
      read("getDeliveringCount"),
      read("getConsumerCount"),
      read("getMessagesAdded"),
      selector === "" ? undefined : read("countMessages", [coreFilter(selector)]),
    ]);
    return { messages, beingDelivered, consumers, added, matching: matching ?? messages };
  }

  async browseMessages(queue: MessageQueue, { selector, order, skip, limit, withBodies }: BrowseOptions, window: WorkWindow): Promise<{ matching: number; items: QueuedMessage[] }> {
    const { matching } = await this.queueState(queue, selector, window);
    const items: QueuedMessage[] = [];
    if (matching === 0) return { matching, items };
    if (order === "newest" && matching > maxBrowsedMessages) {
      const count = matching.toLocaleString("en");
      throw new PostroomError({ code: "invalid-input", message: `${count} messages match, and the newest can be shown of ${maxBrowsedMessages.toLocaleString("en")} at most. Narrow them with a selector, or look at the oldest.`, field: "order" });
    }
    return this.#inSession(window, async (session) => {
      const from = order === "oldest" ? skip : (await this.#walk(session, queue, selector, maxBrowsedMessages, () => undefined)) - skip - limit;
      await this.#walk(session, queue, selector, Math.max(0, from + limit), (payload, index) => {
        if (index >= from) items.push(viewQueued(payload, queue, withBodies));
      });
      return { matching, items: order === "oldest" ? items : items.toReversed() };
    });
  }

  async purgeMessages(queue: MessageQueue, selector: string, window: WorkWindow): Promise<number> {
    const { flushMessages } = this.#options.limits.messages;
    return Number((await this.#call(queue, "removeMessages", [flushMessages, coreFilter(selector)], window)) ?? 0);
  }

  async retryDeadLetters(queue: MessageQueue, { limit, maxMessageBytes }: RetryOptions, window: WorkWindow): Promise<{ moved: number; refusal: string | undefined }> {
    const { onTheWayBytes, maxOnTheWay, partMs } = this.#options.limits.messages;
    const onTheWay = Math.max(1, Math.min(maxOnTheWay, Math.floor(onTheWayBytes / maxMessageBytes), limit));
    return this.#inSession(window, (session) => moveMessages(session, { from: amqpAddress(queue), origin: queueOf(queue.brokerAddress), to: queue.brokerAddress, limit, onTheWay, stopAfterMs: partMs }));
  }

  /** Reads the first messages of a queue without taking them. @returns how many there were, `count` at most */
  #walk(session: Session, queue: MessageQueue, selector: string, count: number, see: (payload: Buffer, index: number) => void): Promise<number> {
    if (count === 0) return Promise.resolve(0);
    return new Promise((resolve, reject) => {
      const filter = selector === "" ? {} : { filter: rhea.filter.selector(selector) };
      const receiver = session.open_receiver({ source: { address: amqpAddress(queue), distribution_mode: "copy", capabilities: ["queue"], ...filter } as never, autoaccept: false, credit_window: 0 });
      let seen = 0;
      let isEnding = false;
      const end = () => {
        if (isEnding) return;
        isEnding = true;
        // The session's own listener takes a closed link for a lost one.
        receiver.on("receiver_close", () => resolve(seen));
        receiver.close();
      };
      receiver.on("receiver_open", () => {
        receiver.add_credit(count);
        receiver.drain_credit();
      });
      receiver.on("receiver_drained", end);
      receiver.on("message", ({ message, delivery }: EventContext) => {
        if (isEnding) return;
        try {
          see(message as unknown as Buffer, seen);
        } catch (error) {
          reject(error as Error);
        }
        delivery?.accept();
        seen += 1;
        if (seen === count) end();
      });
    });
  }

  #inSession<T>(window: WorkWindow, work: (session: Session) => Promise<T>): Promise<T> {
    const { endpoint, peer, limits } = this.#options;
    return withRawSession({ endpoint, peer, limits: limits.management }, window, work);
  }

  async #call(queue: MessageQueue, operation: string, parameters: unknown[], window: WorkWindow): Promise<unknown> {
    try {
      return await this.#options.call(`queue.${queueName(queue)}`, operation, parameters, window, noResource);
    } catch (error) {
      const refusal = error instanceof PostroomError && error.code === "conflict" ? error.message : "";
      if (!invalidFilter.test(refusal.split("refused ").at(-1)?.split(": ").slice(1).join(": ") ?? "")) throw error;
      throw new PostroomError({ code: "invalid-input", message: "The broker does not understand this selector. It is a condition such as region = 'eu' AND weight > 10.", field: "selector" }, { cause: error });
    }
  }
}

function queueName({ brokerAddress, source }: MessageQueue): string {
  return source === "queue" ? queueOf(brokerAddress) : deadLetterQueue(brokerAddress);
}

function amqpAddress(queue: MessageQueue): string {
  return queue.source === "queue" ? queue.brokerAddress : `${deadLetterAddress(queue.space)}::${queueName(queue)}`;
}

interface Move {
  readonly from: string;
  /** Queue that they must have come from; others are left alone. */
  readonly origin: string;
  readonly to: string;
  readonly limit: number;
  readonly onTheWay: number;
  readonly stopAfterMs: number;
}

/** Receives, sends on as it is but for its duplicate id, and settles what the other side has accepted. */
function moveMessages(session: Session, { from, origin, to, limit, onTheWay, stopAfterMs }: Move): Promise<{ moved: number; refusal: string | undefined }> {
  return new Promise((resolve) => {
    const receiver = session.open_receiver({ source: { address: from }, autoaccept: false, credit_window: 0 });
    const sender = session.open_sender({ target: { address: to, capabilities: [partsOfSubscription(to) ? "topic" : "queue"] } as never });
    const waiting: { payload: Buffer; taken: Delivery }[] = [];
    const sent = new Map<Delivery, Delivery>();
    let asked = 0;
    let came = 0;
    let moved = 0;
    let refusal: string | undefined;
    let timer: NodeJS.Timeout | undefined;
    let isDraining = false;
    let isStopping = false;
    const stop = () => {
      isStopping = true;
      // A full address gives its senders no credit.
      if (moved === 0 && sent.size === 0 && waiting.length > 0) refusal ??= "it is full.";
      if (came === 0) refusal ??= "the dead letters that are left are being read by somebody else, or were never its own.";
      for (const { taken } of waiting.splice(0)) taken.release();
      if (sent.size > 0) return;
      clearTimeout(timer);
      resolve({ moved, refusal });
    };
    const timeIsUp = () => {
      if (came > 0) return stop();
      // On a busy machine silence says nothing yet: a drained link says that there is none.
      isDraining = true;
      receiver.on("receiver_drained", stop);
      receiver.drain_credit();
    };
    const ask = (count: number) => {
      const more = Math.min(count, limit - asked);
      if (isStopping || isDraining || more <= 0) return;
      asked += more;
      receiver.add_credit(more);
    };
    const sendOn = () => {
      while (waiting.length > 0 && sender.sendable()) {
        const { payload, taken } = waiting.shift() as (typeof waiting)[number];
        sent.set(sender.send(payload, undefined, 0), taken);
      }
    };
    receiver.on("receiver_open", () => {
      timer = setTimeout(timeIsUp, stopAfterMs);
      ask(onTheWay);
    });
    receiver.on("message", ({ message, delivery }: EventContext) => {
      if (isStopping) {
        delivery?.release();
        return;
      }
      const payload = message as unknown as Buffer;
      if (originOf(payload) !== origin) {
        delivery?.modified({ delivery_failed: false, undeliverable_here: true });
        asked -= 1;
        ask(1);
        return;
      }
      came += 1;
      waiting.push({ payload: withoutDuplicateId(payload), taken: delivery as Delivery });
      sendOn();
    });
    sender.on("sendable", sendOn);
    const settled = (delivery: Delivery | undefined, outcome: (taken: Delivery) => void) => {
      const taken = delivery && sent.get(delivery);
      if (taken === undefined) return;
      sent.delete(delivery as Delivery);
      outcome(taken);
      if (isStopping || moved === limit) stop();
      else ask(1);
    };
    sender.on("accepted", ({ delivery }: EventContext) =>
      settled(delivery, (taken) => {
        taken.accept();
        moved += 1;
      }),
    );
    for (const outcome of ["rejected", "released", "modified"]) {
      sender.on(outcome, ({ delivery }: EventContext) =>
        settled(delivery, (taken) => {
          taken.release();
          isStopping = true;
          refusal ??= (delivery?.remote_state as { error?: { description?: string } } | undefined)?.error?.description ?? `it ${outcome} one.`;
        }),
      );
    }
  });
}

/** A message as bounded text; its bytes are checked before anything decodes them. */
function viewQueued(payload: Buffer, queue: MessageQueue, withBodies: boolean): QueuedMessage {
  const empty = { sizeBytes: payload.length, subject: null, messageId: null, createdAt: null, headers: [], applicationProperties: [], annotations: [], movedFrom: null, body: null };
  let decoded: DecodedMessage;
  try {
    checkAmqpMessage(payload);
    decoded = rhea.message.decode(payload) as unknown as DecodedMessage;
  } catch (error) {
    if (!(error instanceof AmqpBoundsError)) throw error;
    return { ...empty, cannotDisplay: `It is not well-formed AMQP. ${error.message}` };
  }
  // The broker's own names are nobody's business; it writes them into `to` of what it moves.
  const isOurs = typeof decoded.to === "string" && decoded.to.startsWith(`${queue.space}.`);
  const view = viewOf({ ...decoded, ...(isOurs ? { to: undefined } : {}) }, maxBrowsedBodyCharacters);
  const annotations = (decoded.message_annotations ?? {}) as Record<string, unknown>;
  // Of other messages it is only what their sender says: the broker notes where it has moved one from, and looks at nothing that comes.
  const origin = queue.source === "dead-letters" ? annotations[originQueue] : undefined;
  const { message_id: messageId, creation_time: createdAt } = decoded;
  return {
    ...empty,
    subject: view.subject ?? null,
    messageId: messageId === undefined || messageId === null ? null : showValue(messageId),
    createdAt: createdAt instanceof Date ? showValue(createdAt) : null,
    headers: view.headers,
    applicationProperties: view.applicationProperties,
    annotations: entriesOf(Object.fromEntries(Object.entries(annotations).filter(([name]) => !name.startsWith(originPrefix)))),
    movedFrom: typeof origin === "string" ? origin.replace(classPrefix, "") : null,
    body: withBodies ? { text: view.body, kind: view.bodyKind, isCut: view.isBodyCut } : null,
    cannotDisplay: null,
  };
}

const coreNames: Readonly<Record<string, string>> = {
  JMSMessageID: "AMQUserID",
  JMSTimestamp: "AMQTimestamp",
  JMSPriority: "AMQPriority",
  JMSExpiration: "AMQExpiration",
  JMSDeliveryMode: "AMQDurable",
};

/** A JMS selector as the broker's management takes it: links take the JMS names of headers, management its own. */
export function coreFilter(selector: string): string {
  return selector
    .split(/('(?:[^']|'')*')/)
    .map((part, index) => (index % 2 === 1 ? part.replace(/^'(NON_)?PERSISTENT'$/, (_text, non?: string) => (non === undefined ? "'DURABLE'" : "'NON_DURABLE'")) : part.replaceAll(/\bJMS[A-Za-z]+\b/g, (name) => coreNames[name] ?? name)))
    .join("");
}
