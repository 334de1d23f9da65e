import type { Inquiry } from "#contracts/messages/inquiry.ts";
import type { TenantClient } from "../db/database.ts";

export async function insertInquiry(client: TenantClient, row: { id: string; tenantId: string; spaceId: string }, inquiry: Inquiry): Promise<void> {
  await client.brokerInquiry.create({ data: { ...row, inquiry }, select: { id: true } });
}


/** Takes the answer away with the row; undefined while there is none. */
export async function takeAnswer(client: TenantClient, id: string): Promise<unknown> {
  const rows = await client.$queryRaw<{ answer: unknown }[]>`DELETE FROM broker_inquiry WHERE id = ${id}::uuid AND answer IS NOT NULL RETURNING answer`;
  return rows[0]?.answer;
}

/** Forgets a question that nobody waits for any longer. */
export async function removeInquiry(client: TenantClient, id: string): Promise<void> {
  await client.brokerInquiry.deleteMany({ where: { id } });
}
