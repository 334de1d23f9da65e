import { personToken } from "../../platform/test-platform.ts";
import { startTestConsole, type TestConsole } from "../../server/testing/test-console.ts";

const person = "dev@acme.test";
/** Below the life of a token. */
const tokenMs = 120_000;

/** The console's API on a database of its own, with addresses in the space default of acme. */
export interface ListBed extends AsyncDisposable {
  readonly app: TestConsole;
  readonly present: number;
  /** Fills the space up to so many addresses. */
  grow(count: number): Promise<void>;
  /** Server time of one call in milliseconds: from the request's arrival to the whole answer, login and rights included. */
  timed(path: string, input: unknown): Promise<{ ms: number; data: unknown }>;
}

/** Twelve plans in turn, most addresses Active, names of several words, people in turn. */
export async function makeListBed(): Promise<ListBed> {
  const app = await startTestConsole({ LOG_LEVEL: "warn" });
  let token = await personToken(person);
  let tokenAt = performance.now();
  await app.admin.query("UPDATE space_plan SET max_addresses = 1000000, max_stored_bytes = 1::bigint << 52");
  let present = 0;
  return {
    app,
    get present() {
      return present;
    },
    grow: async (count) => {
      await app.admin.query("ALTER TABLE address DISABLE TRIGGER address_announce_write");
      await app.admin.query(
        `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, phase, observed_generation, created_at, created_by)
         SELECT uuidv7(), s.tenant_id, s.id, made.name, replace(made.name, '/', '.'), p.type, p.id,
           CASE WHEN made.n % 50 = 0 THEN (ARRAY['Pending', 'Configuring', 'Failed', 'Terminating'])[1 + (made.n / 50) % 4] ELSE 'Active' END, 1,
           timestamptz '2026-01-01' + made.n * interval '7 seconds', 'person' || made.n % 40 || '@acme.test'
         FROM address_space s JOIN tenant t ON t.id = s.tenant_id,
           LATERAL (SELECT n, (ARRAY['orders', 'invoices', 'shipping', 'news', 'sensors'])[1 + n % 5] || '/' || md5(n::text)::text || '/' || n AS name
             FROM generate_series($1::int, $2::int) AS n) AS made
           JOIN LATERAL (SELECT id, type FROM address_plan WHERE type <> 'subscription' ORDER BY id OFFSET made.n % 12 LIMIT 1) p ON true
         WHERE t.slug = 'acme'`,
        [present + 1, count],
      );
      present = count;
      await app.admin.query("ALTER TABLE address ENABLE TRIGGER address_announce_write");
      await app.admin.query("VACUUM ANALYZE address");
    },
    timed: async (path, input) => {
      if (performance.now() - tokenAt > tokenMs) [token, tokenAt] = [await personToken(person), performance.now()];
      const startedAt = performance.now();
      const response = await app.request(`${path}?input=${encodeURIComponent(JSON.stringify(input))}`, { headers: { authorization: `Bearer ${token}` } });
      const answer = (await response.json()) as { result?: { data: unknown }; error?: { message: string } };
      const ms = performance.now() - startedAt;
      if (!answer.result) throw new Error(`${path}: ${answer.error?.message}`);
      return { ms, data: answer.result.data };
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}
