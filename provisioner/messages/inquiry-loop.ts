import type { ChangeNotice } from "#contracts/changes.ts";
import { PostroomError } from "#contracts/errors.ts";
import type { InquiryAnswer } from "#contracts/messages/inquiry.ts";
import { messagesPerPage } from "#contracts/messages/message.ts";
import type { Database } from "../database.ts";
import type { BrokerDriver } from "../drivers/broker-driver.ts";
import { brokerNamed } from "../drivers/broker-named.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { Lane } from "../reconcile/lane.ts";
import { openWorkWindow, type WorkWindow } from "../work-window.ts";
import { claimInquiries, forgetInquiries, requireQueueAddress, storeAnswer, type ClaimedInquiry } from "./queries.ts";

export interface InquiryLoopOptions {
  readonly database: Database;
  readonly brokers: readonly BrokerDriver[];
  readonly claimedBy: string;
  readonly limits: Limits;
  readonly log: Log;
}

/**
 * Answers what the console asks brokers for people who wait. One that is not answered, because its provisioner was killed, is
 * given up by the console and asked again by the person.
 */
export class InquiryLoop {
  readonly #options: InquiryLoopOptions;
  readonly #lane: Lane<ClaimedInquiry>;
  readonly #stopping = new AbortController();
  #forgetting: NodeJS.Timeout | undefined;

  constructor(options: InquiryLoopOptions) {
    this.#options = options;
    const { database, claimedBy, limits, log } = options;
    this.#lane = new Lane({
      name: "inquiries",
      maxRows: limits.inquiries.atOnce,
      claimWhenFree: 1,
      pollMs: limits.reconcile.pollMs,
      log,
      claim: (limit) => claimInquiries(database, { claimedBy, limit, askedWithinMs: limits.inquiries.answerMs }),
      work: (inquiry) => this.#work(inquiry),
    });
  }

  start(): void {
    const { database, limits: { inquiries }, log } = this.#options;
    this.#lane.start();
    this.#forgetting = setInterval(() => {
      forgetInquiries(database, inquiries.keptMs).catch((error: Error) => log.warn({ error: error.message }, "old questions could not be removed"));
    }, inquiries.keptMs);
  }

  /** To be called for each announced change of a row. */
  onChange({ table, due }: ChangeNotice): void {
    if (table === "broker_inquiry" && due) this.#lane.wake();
  }

  /** Looks for questions at once. */
  wake(): void {
    this.#lane.wake();
  }

  async stop(): Promise<void> {
    clearInterval(this.#forgetting);
    this.#stopping.abort();
    await this.#lane.stop();
  }

  async #work(asked: ClaimedInquiry): Promise<boolean> {
    const { database, limits, log } = this.#options;
    const answer = await this.#answer(asked, openWorkWindow(limits.inquiries.answerMs, this.#stopping.signal, true)).catch((error: unknown): InquiryAnswer => {
      if (error instanceof PostroomError) {
        const { code, message, field } = error;
        return { error: { code, message, field } };
      }
      log.warn({ kind: asked.inquiry.kind, error: (error as Error).message }, "a question could not be answered");
      return { error: { code: "internal", message: "Something went wrong inside Postroom; the provisioner's log says more." } };
    });
    await storeAnswer(database, asked.id, answer).catch((error: Error) => log.warn({ error: error.message }, "an answer could not be written"));
    return false;
  }

  async #answer({ inquiry, ...owner }: ClaimedInquiry, window: WorkWindow): Promise<InquiryAnswer> {
    const { database, brokers } = this.#options;
    const { broker, brokerAddress, space } = await requireQueueAddress(database, owner, inquiry.addressId);
    const driver = brokerNamed(broker, brokers);
    const queue = { brokerAddress, space, source: "queue" } as const;
    const deadLetters = { brokerAddress, space, source: "dead-letters" } as const;
    switch (inquiry.kind) {
      case "count": {
        const [ofQueue, ofDeadLetters] = await Promise.all([queue, deadLetters].map((each) => driver.queueState(each, inquiry.selector, window)));
        return { counts: { queue: ofQueue!, deadLetters: ofDeadLetters! } };
      }
      case "browse": {
        const { selector, order, skip, withBodies } = inquiry;
        const page = await driver.browseMessages(inquiry.source === "queue" ? queue : deadLetters, { selector, order, skip, limit: messagesPerPage, withBodies }, window);
        return { page: { ...page, hasBodies: withBodies } };
      }
    }
  }
}
