import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Address, AddressPage } from "#contracts/addresses/address.ts";
import { addressSortKeys } from "#contracts/addresses/address-list.ts";
import { addressTypes } from "#contracts/addresses/address-type.ts";
import { phases } from "#contracts/phases.ts";
import { acme, failureOf, globex, startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;
let viewer: TestClient;
const planNames: Record<string, string> = { small: "Small", medium: "Medium" };

beforeAll(async () => {
  app = await startTestConsole();
  viewer = await app.client("viewer@acme.test");
  // Many rows share type, plan, phase and time, so that pages break inside of equal values.
  await app.admin.query(
    `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, phase, created_at, created_by)
     SELECT gen_random_uuid(), s.tenant_id, s.id, made.name, made.name, made.type, made.type || '-' || (ARRAY['small', 'medium'])[1 + made.n % 2],
       (ARRAY['Active', 'Pending', 'Failed'])[1 + made.n % 3], timestamptz '2026-01-01' + (made.n / 10) * interval '1 minute', (ARRAY['ann@acme.test', 'ben@acme.test'])[1 + made.n % 2]
     FROM address_space s JOIN tenant t ON t.id = s.tenant_id,
       LATERAL (SELECT n, CASE WHEN n % 5 = 0 THEN 'Other.' ELSE 'address_' END || n AS name, (ARRAY['queue', 'topic', 'anycast', 'multicast'])[1 + n % 4] AS type
         FROM generate_series(1, 97) AS n) AS made
     WHERE t.slug = 'acme'`,
  );
  await app.admin.query(`UPDATE address_statistics SET depth = length(name) + ascii(right(name, 1)) % 5, in_rate = ascii(right(name, 1)) % 3 / 7::real, senders = ascii(right(name, 1)) % 2,
    oldest_at = CASE WHEN ascii(right(name, 1)) % 3 > 0 THEN timestamptz '2026-01-01' + length(name) * interval '1 hour' END`);
  await app.admin.query(
    `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, created_by)
     SELECT gen_random_uuid(), s.tenant_id, s.id, 'address_of_globex', 'address_of_globex', 'queue', 'queue-small', 'test'
     FROM address_space s JOIN tenant t ON t.id = s.tenant_id WHERE t.slug = 'globex'`,
  );
});
afterAll(() => app?.[Symbol.asyncDispose]());

async function readAll(query: Parameters<TestClient["addresses"]["list"]["query"]>[0]): Promise<{ items: Address[]; totals: number[]; numbersOf: (id: string) => Partial<AddressPage["statistics"][number]> }> {
  const statistics: AddressPage["statistics"] = [];
  const items: Address[] = [];
  const totals: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await viewer.addresses.list.query({ ...query, cursor });
    items.push(...page.items);
    totals.push(page.total);
    statistics.push(...page.statistics);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return { items, totals, numbersOf: (id) => statistics.find(({ addressId }) => addressId === id) ?? {} };
}

/** Reads all pages forward, and back from the last one, compares rows and row numbers, and answers how many rows there are. */
async function readBothWays(query: Parameters<typeof readAll>[0], limit: number): Promise<number> {
  const { items, totals } = await readAll({ ...query, limit: 100 });
  const back: Address[] = [];
  let cursor: string | undefined = "last";
  while (cursor !== undefined) {
    const page: AddressPage = await viewer.addresses.list.query({ ...query, limit, cursor });
    back.unshift(...page.items);
    expect(page.firstRow, query.sort).toBe(items.length - back.length + 1);
    expect(page.nextCursor === null, "only the last page has no next").toBe(page.items.at(-1)?.name === items.at(-1)?.name);
    totals.push(page.total);
    cursor = page.previousCursor ?? undefined;
  }
  expect(back.map(({ name }) => name)).toEqual(items.map(({ name }) => name));
  expect(new Set(totals)).toEqual(new Set([items.length]));
  return items.length;
}

function cursorOf(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

describe("addresses.list", () => {
  it("shows every match exactly once over all pages, in order, for every filter, order and page size", async () => {
    const { items: everything } = await readAll({ ...acme, limit: 100 });
    expect(everything).toHaveLength(97);
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          sort: fc.constantFrom(...addressSortKeys),
          descending: fc.boolean(),
          limit: fc.integer({ min: 1, max: 40 }),
          type: fc.subarray([...addressTypes]),
          phase: fc.subarray(["Active", "Pending", "Failed"] as const),
          search: fc.constantFrom("", "1", "ADDRESS_2", "other", "_", "%", "\\"),
        }),
        async (query) => {
          const expected = everything.filter(
            (address) =>
              (query.type.length === 0 || query.type.includes(address.type)) &&
              (query.phase.length === 0 || (query.phase as string[]).includes(address.phase)) &&
              address.name.toLowerCase().includes(query.search.toLowerCase()),
          );
          const { items, totals, numbersOf } = await readAll({ ...acme, ...query });
          expect(items.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
          expect(new Set(totals)).toEqual(new Set([expected.length]));


          const values = items.map((address) => ({ name: address.name, type: address.type, plan: address.planName, phase: address.phase, createdAt: address.createdAt, createdBy: address.createdBy, ...numbersOf(address.id) })[query.sort] ?? "");
          const runs = values.filter((value, index) => value !== values[index - 1]);
          expect(new Set(runs).size, "equal values stand together").toBe(runs.length);
          if (query.sort === "depth" || query.sort === "inRate") expect(values).toEqual([...values].sort((a, b) => (query.descending ? -1 : 1) * (Number(a) - Number(b))));
          // What has no first message comes behind what has one.
          if (query.sort === "oldestAt") expect(values.map((value) => value || "infinity")).toEqual(values.map((value) => String(value || "infinity")).sort((a, b) => (query.descending ? -1 : 1) * a.localeCompare(b)));
          if (query.sort === "createdAt") expect(values).toEqual([...values].sort((a, b) => (query.descending ? -1 : 1) * String(a).localeCompare(String(b))));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("goes back over the same rows from the last page to the first, with right row numbers, in every order", async () => {
    for (const sort of addressSortKeys) {
      for (const descending of [false, true]) {
        const query = { ...acme, sort, descending, type: ["queue", "topic"] as ("queue" | "topic")[], plan: ["queue-small", "topic-medium", "topic-small"] };
        expect(await readBothWays(query, 7)).toBeGreaterThan(10);
      }
    }
  });

  it("does all that also for matches that are too many to be named one by one", async () => {
    await app.admin.query(
      `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, phase, created_by)
       SELECT gen_random_uuid(), s.tenant_id, s.id, 'many' || n, 'many' || n, 'topic', 'topic-small', (ARRAY['Active', 'Failed'])[1 + n % 2], 'test'
       FROM address_space s JOIN tenant t ON t.id = s.tenant_id, generate_series(1, 1200) AS n WHERE t.slug = 'acme'`,
    );
    await app.admin.query("UPDATE address_statistics SET depth = length(name) WHERE name LIKE 'many%'");
    for (const sort of ["name", "phase", "createdAt", "depth"] as const) {
      for (const filters of [{ search: "many" }, { type: ["topic" as const] }, { search: "a", plan: ["topic-small", "queue-small"] }]) {
        expect(await readBothWays({ ...acme, sort, descending: sort === "depth", ...filters }, 90)).toBeGreaterThan(1_199);
      }
    }
    await app.admin.query("DELETE FROM address WHERE name LIKE 'many%'");
  });

  it("numbers rows by where they stand now", async () => {
    const first = await viewer.addresses.list.query({ ...acme, limit: 10 });
    const before = await viewer.addresses.list.query({ ...acme, limit: 10, cursor: first.nextCursor! });
    expect([first.firstRow, before.firstRow]).toEqual([1, 11]);
    await app.admin.query(
      `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, created_by)
       SELECT gen_random_uuid(), s.tenant_id, s.id, '!first', '!first', 'queue', 'queue-small', 'test' FROM address_space s JOIN tenant t ON t.id = s.tenant_id WHERE t.slug = 'acme'`,
    );
    const after = await viewer.addresses.list.query({ ...acme, limit: 10, cursor: first.nextCursor! });
    expect(after.items).toEqual(before.items);
    expect(after).toMatchObject({ firstRow: 12, total: before.total + 1 });
    await app.admin.query("DELETE FROM address WHERE name = '!first'");
  });

  it("neither repeats nor hides rows when others appear and go between two pages", async () => {
    const first = await viewer.addresses.list.query({ ...acme, limit: 10 });
    await app.admin.query("DELETE FROM address WHERE name = $1", [first.items[0]!.name]);
    const second = await viewer.addresses.list.query({ ...acme, limit: 10, cursor: first.nextCursor! });
    const names = [...first.items, ...second.items].map(({ name }) => name);
    expect(new Set(names).size).toBe(20);
  });

  it("shows nothing of another tenant, neither rows nor counts", async () => {
    const page = await viewer.addresses.list.query({ ...acme, search: "globex" });
    expect(page).toEqual({ items: [], nextCursor: null, previousCursor: null, statistics: [], firstRow: 0, total: 0 });
    expect((await failureOf(viewer.addresses.list.query(globex))).code).toBe("not-found");
    expect((await failureOf((await app.client(null)).addresses.list.query(acme))).code).toBe("unauthenticated");
  });

  it("refuses cursors that it did not make for this order, and bounds out of range, at their fields", async () => {
    const { nextCursor } = await viewer.addresses.list.query({ ...acme, limit: 1 });
    for (const cursor of [
      "", "garbage", "e30", cursorOf({ sort: "createdAt", descending: false, value: "not a time", name: "x" }), cursorOf({ sort: "name", descending: false, value: "a\0", name: "a\0" }),
    ]) {
      expect(await failureOf(viewer.addresses.list.query({ ...acme, cursor })), cursor).toMatchObject({ code: "invalid-input", field: "cursor" });
    }
    expect((await failureOf(viewer.addresses.list.query({ ...acme, sort: "type", cursor: nextCursor! }))).field).toBe("cursor");
    expect((await failureOf(viewer.addresses.list.query({ ...acme, limit: 1000 }))).field).toBe("limit");
    expect((await failureOf(viewer.addresses.list.query({ ...acme, phase: ["Lost" as (typeof phases)[number]] }))).field).toBe("phase.0");
    expect((await failureOf(viewer.addresses.list.query({ ...acme, search: "a\0b" }))).field).toBe("search");
  });

  it("knows the plans by name", async () => {
    const { items } = await viewer.addresses.list.query({ ...acme, limit: 100 });
    for (const { planId, planName } of items) expect(planName).toBe(planNames[planId.split("-")[1]!]);
  });
});
