import type { Address, AddressFilters } from "#contracts/addresses/address.ts";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import { phases } from "#contracts/phases.ts";
import { Prisma } from "#prisma/generated/client.ts";
import type { TenantClient } from "../db/database.ts";
import { isStatisticsSort, placeOf, type AddressCursor, type AddressSortKey, type PlacedRow } from "./address-cursor.ts";
import { toAddress, type AddressRow } from "./address-row.ts";

/** A page to be read: `cursor` undefined for the end at which `backward` begins. */
export interface PageRequest {
  readonly spaceId: string;
  readonly filters: AddressFilters;
  readonly matches: Matches;
  readonly sort: AddressSortKey;
  readonly descending: boolean;
  readonly backward: boolean;
  readonly place: Pick<AddressCursor, "value" | "name"> | undefined;
  readonly limit: number;
}

/** What is known of the rows that match before a page of them is read (see {@link findMatches}). */
export interface Matches {
  /** All of them, as an array that only SQL reads; undefined when they are not named. */
  readonly ids?: string;
  /** How many there are; undefined when nobody has counted. */
  readonly total?: number;
}

/** Rows that share a value of the sort column, in the order of these values. */
interface Group {
  readonly value: string;
  readonly condition: Prisma.Sql;
}

const columns = Prisma.sql`a.id, a.name, a.type, a.plan_id, a.phase, a.reason, a.generation, a.observed_generation, a.created_at, a.created_by,
  a.time_to_live_ms, a.delivery_attempts, a.consumers, a.keeps_dead_letters,
  CASE WHEN a.topic_id IS NOT NULL THEN (SELECT o.name FROM address o WHERE o.id = a.topic_id) END AS topic,
  CASE WHEN a.auto_create_rule_id IS NOT NULL THEN (
    SELECT jsonb_build_object('pattern', r.pattern, 'deleteUnusedMinutes', r.delete_unused_minutes) FROM auto_create_rule r WHERE r.id = a.auto_create_rule_id) END AS rule`;
const sortColumns = {
  type: Prisma.sql`a.type`,
  createdAt: Prisma.sql`a.created_at`,
  createdBy: Prisma.sql`a.created_by`,
  depth: Prisma.sql`x.depth`,
  inRate: Prisma.sql`x.in_rate`,
  outRate: Prisma.sql`x.out_rate`,
  senders: Prisma.sql`x.senders`,
  receivers: Prisma.sql`x.receivers`,
  deadLetters: Prisma.sql`x.dead_letters`,
  oldestAt: Prisma.sql`x.oldest_order`,
};

/** Where rows of an order come from: with their numbers, whose indexes hold space and name too, where it is by one of them. */
function sourceOf(sort: AddressSortKey): Prisma.Sql {
  return isStatisticsSort(sort) ? Prisma.sql`address a JOIN address_statistics x ON x.address_id = a.id AND x.space_id = a.space_id` : Prisma.sql`address a`;
}

/** The name in the table that an order is read from. */
function nameIn(sort: AddressSortKey): Prisma.Sql {
  return isStatisticsSort(sort) ? Prisma.sql`x.name` : Prisma.sql`a.name`;
}

/** The filter as a condition on rows with the alias `a`; the same for lists, counts and changes of many. */
export function matching(spaceId: string, { search, type, phase, plan, topic }: AddressFilters): Prisma.Sql {
  const parts = [Prisma.sql`a.space_id = ${spaceId}::uuid`];
  // Said as values and not as parameters: the index of the few rows that are not Active is then taken.
  if (phase.length > 0) parts.push(Prisma.sql`a.phase IN (${Prisma.raw(phase.map((each) => `'${each}'`).join(","))})`);
  if (type.length > 0) parts.push(Prisma.sql`a.type = ANY (${[...type]})`);
  if (plan.length > 0) parts.push(Prisma.sql`a.plan_id = ANY (${[...plan]})`);
  if (topic !== "") parts.push(Prisma.sql`a.topic_id = (SELECT id FROM address WHERE space_id = ${spaceId}::uuid AND name_key = ${addressNameKey(topic)})`);
  if (search !== "") parts.push(Prisma.sql`strpos(a.search_key, lower(${search}) COLLATE "C") > 0`);
  return Prisma.join(parts, " AND ");
}

function isUnfiltered({ search, type, phase, plan, topic }: AddressFilters): boolean {
  return search === "" && topic === "" && type.length + phase.length + plan.length === 0;
}

/** So many matches are named at most. For an order by numbers a search is worth more of them: see {@link findMatches}. */
const mostNamed = { ofNumbers: 25_000, others: 1_000 } as const;

/**
 * The matches, found once and named from then on when they are not too many: along the order of another table each row would be looked
 * up to see whether it matches. A search looks at every row anyway, so it counts them as well.
 */
export async function findMatches(client: TenantClient, { spaceId, filters, sort }: Pick<PageRequest, "spaceId" | "filters" | "sort">): Promise<Matches> {
  if (isUnfiltered(filters)) return {};
  const isSearch = filters.search !== "";
  const most = isSearch && isStatisticsSort(sort) ? mostNamed.ofNumbers : mostNamed.others;
  const enough = isSearch ? Prisma.empty : Prisma.sql`LIMIT ${most + 1}`;
  const [found] = await client.$queryRaw<{ total: number; ids: string | null }[]>`
    SELECT count(*)::int AS total, CASE WHEN count(*) <= ${most} THEN coalesce(array_agg(id), '{}')::text END AS ids
    FROM (SELECT a.id FROM address a WHERE ${matching(spaceId, filters)} ${enough}) found`;
  if (found?.ids == null) return isSearch ? { total: found?.total } : {};
  return { ids: found.ids, total: found.total };
}

function filterOf({ spaceId, filters, matches: { ids } }: Pick<PageRequest, "spaceId" | "filters" | "matches">): Prisma.Sql {
  return ids === undefined ? matching(spaceId, filters) : Prisma.sql`a.id = ANY (${ids}::uuid[])`;
}

/**
 * One page and one row more when there are further ones in its direction. Every order is read from an index that ends in the
 * name, from the place of the cursor on, so a page costs the same wherever it is. Orders by a few values (phase, plan) are
 * read value by value: a plan's name stands in another table, and the phases that are not Active have an index of their own.
 */
export async function readAddressPage(client: TenantClient, request: PageRequest): Promise<Address[]> {
  const { sort, limit, backward, place } = request;
  // Going back in a descending order is going forward in an ascending one.
  const upward = request.descending === backward;
  const filter = filterOf(request);
  const direction = upward ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const beyond = upward ? Prisma.sql`>` : Prisma.sql`<`;
  const plans = await listPlanNames(client);
  const groups = groupsOf(sort, plans);
  let rows: AddressRow[];
  if (groups) {
    const ordered = upward ? groups : groups.toReversed();
    const open = place === undefined ? ordered : ordered.filter(({ value }) => (upward ? value >= place.value : value <= place.value));
    if (open.length === 0) return [];
    // A search looks at every row anyway: once, and not once for each value.
    if (request.filters.search !== "") {
      const order = Prisma.sql`CASE ${Prisma.join(ordered.map(({ value, condition }) => Prisma.sql`WHEN ${condition} THEN ${ordered.findIndex((each) => each.value === value)}::int`), " ")} END`;
      const from = ordered.findIndex(({ value }) => value === open[0]?.value);
      const rest =
        request.place === undefined || open[0]?.value !== request.place.value
          ? Prisma.sql`${order} >= ${from}`
          : Prisma.sql`(${order} > ${from} OR (${order} = ${from} AND a.name ${beyond} ${request.place.name}))`;
      rows = await client.$queryRaw<AddressRow[]>`SELECT ${columns} FROM address a WHERE ${filter} AND ${rest} ORDER BY ${order} ASC, a.name ${direction} LIMIT ${limit + 1}`;
      return rows.map((row) => toAddress(row, plans.get(row.plan_id) ?? row.plan_id));
    }
    const parts = open.map(({ value, condition }) => {
      const rest = place !== undefined && value === place.value ? Prisma.sql`AND a.name ${beyond} ${place.name}` : Prisma.empty;
      return Prisma.sql`(SELECT ${columns}, ${ordered.findIndex((each) => each.value === value)}::int AS place FROM address a
        WHERE ${filter} AND ${condition} ${rest} ORDER BY a.name ${direction} LIMIT ${limit + 1})`;
    });
    rows = await client.$queryRaw<AddressRow[]>`SELECT * FROM (${Prisma.join(parts, " UNION ALL ")}) a ORDER BY a.place ASC, a.name ${direction} LIMIT ${limit + 1}`;
  } else {
    const name = nameIn(sort);
    const column = sort === "name" ? undefined : sortColumns[sort as keyof typeof sortColumns];
    const rest =
      place === undefined
        ? Prisma.empty
        : column === undefined
          ? Prisma.sql`AND a.name ${beyond} ${place.name}`
          : Prisma.sql`AND (${column}, ${name}) ${beyond} (${valueOf(sort, place.value)}, ${place.name})`;
    const order = column === undefined ? Prisma.sql`a.name ${direction}` : Prisma.sql`${column} ${direction}, ${name} ${direction}`;
    const { ids } = request.matches;
    if (isStatisticsSort(sort) && ids !== undefined) {
      // The page is found among the matches' numbers alone; `OFFSET 0` keeps Postgres from looking for them along the order.
      const named = Prisma.sql`SELECT x.address_id, x.name, ${column} FROM address_statistics x WHERE x.address_id = ANY (${ids}::uuid[]) OFFSET 0`;
      rows = await client.$queryRaw<AddressRow[]>`
        SELECT ${columns} FROM (SELECT * FROM (${named}) x WHERE true ${rest} ORDER BY ${order} LIMIT ${limit + 1}) x JOIN address a ON a.id = x.address_id ORDER BY ${order}`;
    } else {
      // The space is said of both tables, so that either's index can be taken.
      const ownSpace = isStatisticsSort(sort) ? Prisma.sql`AND x.space_id = ${request.spaceId}::uuid` : Prisma.empty;
      rows = await client.$queryRaw<AddressRow[]>`SELECT ${columns} FROM ${sourceOf(sort)} WHERE ${filter} ${ownSpace} ${rest} ORDER BY ${order} LIMIT ${limit + 1}`;
    }
  }
  return rows.map((row) => toAddress(row, plans.get(row.plan_id) ?? row.plan_id));
}

/** Matches in all. */
export async function countMatches(client: TenantClient, request: Pick<PageRequest, "spaceId" | "filters" | "matches">): Promise<number> {
  if (request.matches.total !== undefined) return request.matches.total;
  const [row] = await client.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM address a WHERE ${filterOf(request)}`;
  return row?.total ?? 0;
}

/** Matches in all, and how many stand before a row: what makes row numbers right on any page. */
export async function countMatchesAround(
  client: TenantClient,
  { sort, descending, ...request }: Pick<PageRequest, "spaceId" | "filters" | "matches" | "sort" | "descending">,
  first: PlacedRow,
): Promise<{ total: number; before: number }> {
  const { spaceId, filters, matches } = request;
  const before = await standsBefore(client, sort, descending, first);
  const ofNumbers = () => {
    if (matches.ids !== undefined) return Prisma.sql`x.address_id = ANY (${matches.ids}::uuid[])`;
    return isUnfiltered(filters) ? Prisma.sql`x.space_id = ${spaceId}::uuid` : undefined;
  };
  // Each address has a row of numbers: they are counted there without a look at the addresses where nothing else is asked of these.
  const alone = isStatisticsSort(sort) ? ofNumbers() : undefined;
  const rows = alone === undefined ? Prisma.sql`${sourceOf(sort)} WHERE ${filterOf(request)}` : Prisma.sql`address_statistics x WHERE ${alone}`;
  const [row] = await client.$queryRaw<{ total: number; before: number }[]>`
    SELECT count(*)::int AS total, (count(*) FILTER (WHERE ${before}))::int AS before FROM ${rows}`;
  return row ?? { total: 0, before: 0 };
}

async function standsBefore(client: TenantClient, sort: AddressSortKey, descending: boolean, first: PlacedRow): Promise<Prisma.Sql> {
  const { value, name } = placeOf(sort, first);
  const beyond = descending ? Prisma.sql`>` : Prisma.sql`<`;
  const groups = groupsOf(sort, await listPlanNames(client));
  if (groups) {
    const earlier = groups.filter((group) => (descending ? group.value > value : group.value < value)).map(({ condition }) => condition);
    const same = groups.filter((group) => group.value === value).map(({ condition }) => condition);
    const inSame = Prisma.sql`((${Prisma.join(same.length > 0 ? same : [Prisma.sql`false`], " OR ")}) AND a.name ${beyond} ${name})`;
    return Prisma.join([...earlier, inSame], " OR ");
  }
  if (sort === "name") return Prisma.sql`a.name ${beyond} ${name}`;
  return Prisma.sql`(${sortColumns[sort as keyof typeof sortColumns]}, ${nameIn(sort)}) ${beyond} (${valueOf(sort, value)}, ${name})`;
}

function valueOf(sort: AddressSortKey, value: string): Prisma.Sql {
  if (sort === "inRate" || sort === "outRate") return Prisma.sql`${value}::real`;
  if (sort === "createdAt" || sort === "oldestAt") return Prisma.sql`${value}::timestamptz`;
  return isStatisticsSort(sort) ? Prisma.sql`${value}::bigint` : Prisma.sql`${value}`;
}

function groupsOf(sort: AddressSortKey, plans: ReadonlyMap<string, string>): Group[] | undefined {
  if (sort === "phase") return phases.toSorted().map((phase) => ({ value: phase, condition: Prisma.sql`a.phase = ${Prisma.raw(`'${phase}'`)}` }));
  if (sort !== "plan") return undefined;
  return [...plans]
    .map(([id, name]) => ({ value: name, condition: Prisma.sql`a.plan_id = ${id}` }))
    .sort((one, other) => (one.value < other.value ? -1 : one.value > other.value ? 1 : 0));
}

async function listPlanNames(client: TenantClient): Promise<ReadonlyMap<string, string>> {
  const rows = await client.addressPlan.findMany({ select: { id: true, name: true } });
  return new Map(rows.map(({ id, name }) => [id, name]));
}
