import { type FirstMessage, type FirstSender, maxFirstSenders } from "#contracts/addresses/first-message.ts";
import type { TenantClient } from "../db/database.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { requireAddress } from "./get-address.ts";

/** When the first message of the address came, and from which client. @throws PostroomError `not-found` */
export function getFirstMessage(ctx: SpaceContext, { name }: { name: string }): Promise<FirstMessage> {
  return ctx.inTenant(async (client) => {
    const { id } = await requireAddress(client, ctx, name);
    const [sample] = await client.$queryRaw<{ at: Date | null }[]>`SELECT min(at) AS at FROM address_sample WHERE address_id = ${id}::uuid AND count_in > 0`;
    const at = sample?.at ?? null;
    return { at: at?.toISOString() ?? null, senders: at === null ? [] : await readSendersBefore(client, ctx.space.id, name, at) };
  });
}

/** Who was attached to send by then: those whose links have sent, and those that are gone, of whom only that they were there is known. */
async function readSendersBefore(client: TenantClient, spaceId: string, address: string, at: Date): Promise<FirstSender[]> {
  const rows = await client.$queryRaw<{ login: string; is_person: boolean; container: string }[]>`
    WITH here AS (
      SELECT c.login, c.is_person, c.container, min(l.since) AS since, bool_or(l.deliveries > 0) AS has_sent
      FROM link l JOIN connection c ON c.id = l.connection_id WHERE l.space_id = ${spaceId}::uuid AND l.address_name = ${address} AND l.role = 'sender' GROUP BY 1, 2, 3
    ), came AS (
      SELECT login, is_person, container, min(first_at) AS since FROM client_event e
      WHERE space_id = ${spaceId}::uuid AND address_name = ${address} AND kind = 'attached' AND role = 'sender'
        AND NOT EXISTS (SELECT 1 FROM here h WHERE h.login = e.login AND h.container = e.container) GROUP BY 1, 2, 3
    )
    SELECT login, is_person, container FROM (SELECT login, is_person, container, since FROM here WHERE has_sent UNION ALL SELECT * FROM came) AS senders
    WHERE since <= ${at} ORDER BY since, login, container LIMIT ${maxFirstSenders}`;
  return rows.map(({ login, is_person, container }) => ({ login, isPerson: is_person, container }));
}
