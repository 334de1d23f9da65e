import { afterAll, beforeAll, expect, it } from "vitest";
import { acme, startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;
let owner: TestClient;

beforeAll(async () => {
  app = await startTestConsole();
  owner = await app.client("owner@acme.test");
  await app.admin.query("UPDATE space_plan SET max_addresses = 100000, max_stored_bytes = 1::bigint << 50");
});
afterAll(() => app?.[Symbol.asyncDispose]());

/** What the migrations of a next version may do (`prisma/migrations.spec.ts`), table by table of what the console works on. */
const nextVersion = [
  "ALTER TABLE address ADD COLUMN next_note TEXT, ADD COLUMN next_count INTEGER NOT NULL DEFAULT 0",
  "ALTER TABLE address_space ADD COLUMN next_note TEXT",
  "ALTER TABLE address_statistics ADD COLUMN next_total BIGINT NOT NULL DEFAULT 0",
  "ALTER TABLE audit_entry ADD COLUMN next_note TEXT",
  "CREATE TABLE next_thing (id UUID PRIMARY KEY, address_id UUID REFERENCES address (id) ON DELETE CASCADE)",
  "CREATE INDEX address_next ON address (space_id, next_count)",
  "ALTER TABLE address DROP CONSTRAINT address_type_known, ADD CONSTRAINT address_type_known CHECK (type IN ('queue', 'topic', 'subscription', 'anycast', 'multicast', 'next'))",
];

it("a console goes on without an error while the schema of the next version comes, also when a migration is taken back at its end", async () => {
  let made = 0;
  const end = new AbortController();
  const work = async (worker: number): Promise<void> => {
    for (let round = 0; !end.signal.aborted; round += 1) {
      const name = `worker${worker}.${round}`;
      const { generation } = await owner.addresses.create.mutate({ ...acme, type: "queue", name, planId: "queue-small" });
      await owner.addresses.list.query({ ...acme, sort: "depth" });
      const { options } = await owner.addresses.get.query({ ...acme, name });
      await owner.addresses.update.mutate({ ...acme, name, planId: "queue-medium", options: { ...options, deliveryAttempts: 3 }, generation });
      await owner.addresses.delete.mutate({ ...acme, name });
      made += 1;
    }
  };
  const workers = Promise.all([0, 1, 2].map(work)).finally(() => end.abort());
  const rounds = async (count: number) => expect.poll(() => end.signal.aborted || made >= count, { timeout: 30_000 }).toBe(true);
  await rounds(3);
  await app.admin.query("BEGIN");
  await app.admin.query(nextVersion[0]!);
  await app.admin.query("ROLLBACK");
  for (const statement of nextVersion) {
    const before = made;
    await app.admin.query(statement);
    await rounds(before + 2);
  }
  end.abort();
  await workers;
  expect((await app.admin.query("SELECT count(*)::int AS count FROM address WHERE phase = 'Terminating' AND next_count = 0")).rows).toEqual([{ count: made }]);
}, 120_000);
