import { z } from "zod";
import { PostroomError } from "#contracts/errors.ts";
import { messageOperationSchema } from "#contracts/messages/message.ts";
import type { Database as TenantDatabase } from "#server/db/database.ts";
import type { OperationPart } from "#server/operations/queries.ts";
import type { Database } from "../database.ts";
import type { BrokerDriver } from "../drivers/broker-driver.ts";
import { brokerNamed } from "../drivers/broker-named.ts";
import type { MessageQueue, QueueState } from "../drivers/message-driver.ts";
import type { Limits } from "../limits.ts";
import { requireQueueAddress, type QueueAddress } from "../messages/queries.ts";
import type { WorkWindow } from "../work-window.ts";
import type { ClaimedOperation } from "./queries.ts";
import { writePart, type DonePart } from "./write-part.ts";

/**
 * How the queue stood at the beginning, and how far the operation has come. What a killed provisioner did without writing it
 * down shows in the queue: what was there, and has come in since, and is there no longer, has gone.
 */
const progressSchema = z.object({
  total: z.int(),
  done: z.int(),
  messages: z.int(),
  added: z.int(),
  /** The broker has not started anew since, so that its counts can be compared. */
  isComparable: z.boolean(),
  lastAdded: z.int(),
});
type Progress = z.infer<typeof progressSchema>;

export interface MessageOperationParts {
  readonly database: Database;
  readonly tenantDatabase: TenantDatabase;
  readonly brokers: readonly BrokerDriver[];
  readonly limits: Limits;
}

interface Work {
  readonly driver: BrokerDriver;
  readonly queue: MessageQueue;
  readonly address: QueueAddress;
  readonly selector: string;
  readonly window: WorkWindow;
}

/**
 * Does the next part of a purge or a retry. What was there at the beginning is the bound: later messages are left alone, and
 * dead letters that die again are not tried for ever.
 * @returns undefined when the claim is lost
 * @throws PostroomError `unavailable` while the broker is away or the queue takes no more; another when it can never be done
 */
export async function doMessagePart(
  { database, tenantDatabase, brokers, limits }: MessageOperationParts,
  operation: ClaimedOperation,
  window: WorkWindow,
): Promise<DonePart | undefined> {
  const { context, parameters, position, kind } = operation;
  const { addressId, source, selector } = messageOperationSchema.parse(parameters);
  const address = await requireQueueAddress(database, { tenantId: context.tenant.id, spaceId: context.space.id }, addressId);
  const { brokerAddress, space } = address;
  const work: Work = {
    driver: brokerNamed(address.broker, brokers),
    queue: { brokerAddress, space, source },
    address,
    selector,
    window,
  };
  const state = await work.driver.queueState(work.queue, selector, work.window);
  const progress = Object.keys(position).length === 0 ? undefined : progressSchema.parse(position);
  const part = progress === undefined ? begin(state) : await (kind === "retry-dead-letters" ? retryPart : purgePart)(work, state, progress);
  return writePart(tenantDatabase, operation, limits.reconcile.claimMs, async () => part);
}

/** Writes down what is there before anything goes. */
function begin({ matching: total, messages, added }: QueueState): OperationPart {
  if (total === 0) return { done: 0, failures: [], total };
  const progress: Progress = { total, done: 0, messages, added, isComparable: true, lastAdded: added };
  return { done: 0, failures: [], total, position: progress };
}

async function purgePart({ driver, queue, selector, window }: Work, state: QueueState, progress: Progress): Promise<OperationPart> {
  const gone = goneSince(progress, state);
  // A reply was lost: what has come since must not go as well.
  if (selector === "" && gone >= progress.total) return { done: progress.total, failures: [] };
  return { done: await driver.purgeMessages(queue, selector, window), failures: [] };
}

async function retryPart({ driver, queue, address, window }: Work, state: QueueState, progress: Progress): Promise<OperationPart> {
  const before = Math.min(progress.total, Math.max(progress.done, goneSince(progress, state)));
  const limit = Math.min(progress.total - before, state.messages - state.beingDelivered);
  if (limit <= 0) return { done: before - progress.done, failures: [] };
  const { moved, refusal } = await driver.retryDeadLetters(queue, { limit, maxMessageBytes: address.maxMessageBytes }, window);
  if (refusal !== undefined && moved === 0 && before === progress.done) {
    throw new PostroomError({ code: "unavailable", message: `“${address.name}” takes no more messages: ${refusal} The rest stays among the dead letters, and goes on when there is room.` });
  }
  const done = before + moved;
  const isComparable = progress.isComparable && state.added >= progress.lastAdded;
  const position: Progress = { ...progress, done, isComparable, lastAdded: state.added };
  return { done: done - progress.done, failures: [], position: done >= progress.total ? undefined : position };
}

/** Messages that have left the queue since the beginning; 0 when that cannot be told. */
function goneSince({ messages, added, isComparable, lastAdded }: Progress, state: QueueState): number {
  if (!isComparable || state.added < lastAdded) return 0;
  return Math.max(0, messages + state.added - added - state.messages);
}
