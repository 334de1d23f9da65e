import type { ClientEvent, ClientEventKind, ListClientEvents } from "#contracts/connections/client-event.ts";
import { PostroomError } from "#contracts/errors.ts";
import { Prisma } from "#prisma/generated/client.ts";
import type { TenantClient } from "../db/database.ts";

interface EventColumns {
  readonly id: string;
  readonly kind: string;
  readonly at: Date;
  readonly first_at: Date;
  readonly count: number;
  readonly gateway: string;
  readonly connection_id: string;
  readonly container: string;
  readonly login: string;
  readonly is_person: boolean;
  readonly remote_address: string;
  readonly address_name: string;
  readonly role: string | null;
  readonly condition: string;
  readonly text: string;
}

const cursorForm = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_(.{1,300})$/;

/** Events of a space behind a cursor, the newest first; one more than asked for when there are further ones. */
export async function readEventPage(client: TenantClient, spaceId: string, { kind, login, container, address, search, cursor, limit }: Omit<ListClientEvents, "tenant" | "space">): Promise<ClientEvent[]> {
  const parts = [Prisma.sql`space_id = ${spaceId}::uuid`];
  if (kind.length > 0) parts.push(Prisma.sql`kind = ANY (${[...kind]})`);
  if (login !== undefined) parts.push(Prisma.sql`login = ${login}`);
  if (container !== undefined) parts.push(Prisma.sql`container = ${container}`);
  if (address !== undefined) parts.push(Prisma.sql`address_name = ${address}`);
  if (search !== "") parts.push(Prisma.sql`strpos(lower(concat_ws(chr(10), container, login, remote_address, address_name, condition, text)), lower(${search})) > 0`);
  if (cursor !== undefined) {
    const { at, id } = readCursor(cursor);
    parts.push(Prisma.sql`(at, id) < (${at}::timestamptz, ${id})`);
  }
  const rows = await client.$queryRaw<EventColumns[]>`
    SELECT id, kind, at, first_at, count, gateway, connection_id, container, login, is_person, remote_address, address_name, role, condition, text
    FROM client_event WHERE ${Prisma.join(parts, " AND ")} ORDER BY at DESC, id DESC LIMIT ${limit + 1}`;
  return rows.map(toEvent);
}

export function eventCursor({ at, id }: ClientEvent): string {
  return `${at}_${id}`;
}

/** @throws PostroomError `invalid-input` when the text is not one of ours */
function readCursor(text: string): { at: string; id: string } {
  const [, at, id] = cursorForm.exec(text) ?? [];
  if (at !== undefined && id !== undefined && !Number.isNaN(Date.parse(at)) && !id.includes("\0")) return { at, id };
  throw new PostroomError({ code: "invalid-input", field: "cursor", message: "This page of the history cannot be found. Begin again at its first page." });
}

function toEvent(row: EventColumns): ClientEvent {
  return {
    id: row.id,
    kind: row.kind as ClientEventKind,
    at: row.at.toISOString(),
    firstAt: row.first_at.toISOString(),
    count: row.count,
    gateway: row.gateway,
    connectionId: row.connection_id,
    container: row.container,
    login: row.login,
    isPerson: row.is_person,
    remoteAddress: row.remote_address,
    address: row.address_name,
    role: row.role as ClientEvent["role"],
    condition: row.condition,
    text: row.text,
  };
}
