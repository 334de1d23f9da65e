import type { MessageSource, QueueCounts, QueuedMessage } from "#contracts/messages/message.ts";
import type { WorkWindow } from "../work-window.ts";

/** One of the two queues of an address. */
export interface MessageQueue {
  readonly brokerAddress: string;
  /** `<tenant>.<space>` */
  readonly space: string;
  readonly source: MessageSource;
}

/** What a queue holds; one that has never been made holds nothing. */
export interface QueueState extends QueueCounts {
  /** Messages that ever came in, since the broker's start. */
  readonly added: number;
}

export interface BrowseOptions {
  readonly selector: string;
  readonly order: "oldest" | "newest";
  readonly skip: number;
  readonly limit: number;
  readonly withBodies: boolean;
}

export interface RetryOptions {
  /** Most messages to take. */
  readonly limit: number;
  /** The largest message that the address takes, which bounds what is on the way. */
  readonly maxMessageBytes: number;
}

/** Looks at, removes and moves messages where they are stored. Throws as {@link BrokerDriver} does. */
export interface MessageDriver {
  /** @throws PostroomError `invalid-input` for a selector that is none */
  queueState(queue: MessageQueue, selector: string, window: WorkWindow): Promise<QueueState>;
  /**
   * Reads messages without taking them, the oldest or newest first. Those being delivered are left out.
   * @throws PostroomError `invalid-input` for a selector that is none, or when more match than can be gone through from the newest on
   */
  browseMessages(queue: MessageQueue, options: BrowseOptions, window: WorkWindow): Promise<{ matching: number; items: QueuedMessage[] }>;
  /** Removes all that match and are not being delivered. @returns how many went */
  purgeMessages(queue: MessageQueue, selector: string, window: WorkWindow): Promise<number>;
  /**
   * Moves dead letters, the oldest first, to the end of the queue they came from. Each goes from the one only after the other
   * has it: killed in between, it is in both. When the window ends, it stops and tells how far it came.
   * @returns how many were moved, and why it stopped early if the queue took no more
   */
  retryDeadLetters(queue: MessageQueue, options: RetryOptions, window: WorkWindow): Promise<{ moved: number; refusal: string | undefined }>;
}
