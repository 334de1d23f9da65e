import type { AddressType } from "#contracts/addresses/address-type.ts";
import { PostroomError } from "#contracts/errors.ts";
import { inquirySchema, type Inquiry, type InquiryAnswer } from "#contracts/messages/inquiry.ts";
import { brokerAddress, spaceId, subscriptionAddress } from "#contracts/naming.ts";
import type { Database } from "../database.ts";

/** A question of the console, to be answered by whoever claimed it. */
export interface ClaimedInquiry {
  readonly id: string;
  readonly tenantId: string;
  readonly spaceId: string;
  readonly inquiry: Inquiry;
}

/** Claims questions that somebody still waits for. */
export async function claimInquiries(database: Database, { claimedBy, limit, askedWithinMs }: { claimedBy: string; limit: number; askedWithinMs: number }): Promise<ClaimedInquiry[]> {
  const { rows } = await database.query(
    `WITH due AS MATERIALIZED (
       SELECT id FROM broker_inquiry WHERE answer IS NULL AND claimed_by IS NULL AND created_at > now() - $3 * interval '1 millisecond'
       ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     UPDATE broker_inquiry i SET claimed_by = $1 FROM due WHERE i.id = due.id
     RETURNING i.id, i.tenant_id AS "tenantId", i.space_id AS "spaceId", i.inquiry`,
    [claimedBy, limit, askedWithinMs],
  );
  return rows.map((row: ClaimedInquiry) => ({ ...row, inquiry: inquirySchema.parse(row.inquiry) }));
}

export async function storeAnswer(database: Database, id: string, answer: InquiryAnswer): Promise<void> {
  await database.query("UPDATE broker_inquiry SET answer = $2 WHERE id = $1", [id, JSON.stringify(answer)]);
}

/** Forgets what nobody has taken away: its console was killed. @returns how many went */
export async function forgetInquiries(database: Database, olderThanMs: number): Promise<number> {
  const { rowCount } = await database.query("DELETE FROM broker_inquiry WHERE created_at < now() - $1 * interval '1 millisecond'", [olderThanMs]);
  return rowCount ?? 0;
}

/** Where an address's messages are. */
export interface QueueAddress {
  readonly name: string;
  readonly type: AddressType;
  /** Null until it is placed. */
  readonly broker: string | null;
  readonly brokerAddress: string;
  /** `<tenant>.<space>` */
  readonly space: string;
  /** Of the largest message in it; a subscription has what its topic takes. */
  readonly maxMessageBytes: number;
}

/** @throws PostroomError `not-found` */
export async function requireQueueAddress(database: Database, owner: { tenantId: string; spaceId: string }, id: string): Promise<QueueAddress> {
  const { rows } = await database.query(
    `SELECT a.name, a.type, a.broker, coalesce(a.broker_class_id, p.class_id) AS class, coalesce(q.max_message_bytes, p.max_message_bytes) AS max_message_bytes,
       o.name AS topic, coalesce(o.broker_class_id, q.class_id) AS topic_class, s.slug AS space, t.slug AS tenant
     FROM address a JOIN address_plan p ON p.id = a.plan_id JOIN address_space s ON s.id = a.space_id JOIN tenant t ON t.id = a.tenant_id
       LEFT JOIN address o ON o.id = a.topic_id LEFT JOIN address_plan q ON q.id = o.plan_id
     WHERE a.id = $1 AND a.tenant_id = $2 AND a.space_id = $3`,
    [id, owner.tenantId, owner.spaceId],
  );
  const [row] = rows;
  if (row === undefined) throw new PostroomError({ code: "not-found", message: "The address has been deleted, and its messages with it." });
  const queue = brokerAddress(row.tenant, row.space, row.class, row.name);
  return {
    name: row.name,
    type: row.type,
    broker: row.broker,
    brokerAddress: row.topic === null ? queue : subscriptionAddress(brokerAddress(row.tenant, row.space, row.topic_class, row.topic), queue),
    space: spaceId(row.tenant, row.space),
    maxMessageBytes: row.max_message_bytes,
  };
}
