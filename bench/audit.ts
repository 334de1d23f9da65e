import type { SearchAudit } from "#contracts/audit/audit.ts";
import { startTestConsole } from "#server/testing/test-console.ts";
import { readOptions } from "./options.ts";
import { report } from "./report.ts";

const rows = 1_000_000;
const repetitions = 15;
const budgetMs = 300;

// The audit trail with a million entries of twenty tenants, half of them acme's, over 400 days: one filtered search through the
// console's API, row level security and login included. On the test platform's Postgres and Keycloak (npm run platform --
// --profile test), in a database of its own.
const values = readOptions({ json: { type: "boolean", default: false } });
await using app = await startTestConsole();
await app.admin.query("INSERT INTO tenant (id, slug, name) SELECT gen_random_uuid(), 'tenant-' || n, 'Tenant' FROM generate_series(1, 18) AS n");
await app.admin.query("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_name_tenant");
await app.admin.query(
  `WITH tenants AS (SELECT id, slug, row_number() OVER (ORDER BY slug <> 'acme', slug) - 1 AS number FROM tenant)
   INSERT INTO audit_entry (id, tenant_id, tenant_slug, at, actor_id, actor_email, source, address, action, object_type, object_name, outcome, after)
   SELECT uuidv7(), t.id, t.slug, now() - random() * interval '400 days', 'x', 'person-' || (random() * 200)::int || '@' || t.slug || '.test', 'console', '192.0.2.1',
     (ARRAY['address:create', 'address:delete', 'message:test', 'address:update'])[1 + (random() * 3)::int], 'address', 'default/orders/' || (random() * 50000)::int,
     CASE WHEN n % 5000 = 0 THEN 'refused' ELSE 'accepted' END, '{"type": "queue", "planId": "queue-small"}'
   FROM generate_series(1, ${rows}) AS n JOIN tenants t ON t.number = CASE WHEN n % 2 = 0 THEN 0 ELSE 1 + n % 19 END`,
);
await app.admin.query("INSERT INTO audit_entry (id, tenant_id, tenant_slug, at, actor_id, actor_email, source, action, object_type, object_name) SELECT uuidv7(), id, slug, now() - interval '390 days', 'x', 'rare@acme.test', 'console', 'credential:delete', 'credential', 'default/only-one' FROM tenant WHERE slug = 'acme'");
await app.admin.query("VACUUM ANALYZE audit_entry");

const day = (daysAgo: number): string => new Date(Date.now() - daysAgo * 86_400_000).toISOString();
const searches: Record<string, Partial<SearchAudit>> = {
  "the newest entries": {},
  "a person with many entries": { actor: "person-17@" },
  "a person with one old entry": { actor: "rare@" },
  "an object by its whole name": { object: "orders/4711" },
  "objects by a common beginning": { object: "orders/" },
  "an action that was rare": { action: "credential:delete" },
  "an action that was common": { action: "address:create" },
  "a kind of object that was rare": { objectType: "credential" },
  "what was refused": { outcome: "refused" },
  "what never happened": { outcome: "failed" },
  "one day a year ago": { from: day(365), until: day(364) },
  "a person, an action and an object in a month": { actor: "person-17@", action: "address:create", object: "orders/1", from: day(60), until: day(30) },
};
const owner = await app.client("owner@acme.test");
const admin = await app.client("admin@postroom.test");

/** The middle and the slowest of some calls, in milliseconds, the first of which warms up. */
async function measure(call: () => Promise<unknown>): Promise<{ p50: number; worst: number }> {
  const times: number[] = [];
  for (let repetition = 0; repetition <= repetitions; repetition += 1) {
    const startedAt = performance.now();
    await call();
    if (repetition > 0) times.push(performance.now() - startedAt);
  }
  times.sort((one, other) => one - other);
  return { p50: times[Math.floor(times.length / 2)] ?? 0, worst: times.at(-1) ?? 0 };
}

for (const [title, filters] of Object.entries(searches)) {
  const own = await measure(() => owner.audit.search.query({ tenant: "acme", ...filters }));
  report({ case: `${title}, a tenant-admin, worst of ${repetitions}`, value: own.worst, unit: "ms", budget: budgetMs }, values.json);
  const all = await measure(() => admin.audit.searchAll.query(filters));
  report({ case: `${title}, a platform-admin, worst of ${repetitions}`, value: all.worst, unit: "ms", budget: budgetMs }, values.json);
}
