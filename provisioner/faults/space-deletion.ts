import { eventually } from "../testing/eventually.ts";
import { openWorkWindow } from "../work-window.ts";
import type { FaultBed } from "./fault-bed.ts";

/** After this without an answer a run is hung, in milliseconds. */
const hungMs = 180_000;
const slug = "doomed";

/**
 * Deletes a space of so many addresses, subscriptions among them, while its broker is killed in the middle, stays away until rows say
 * so, and while the provisioner is killed twice. The space's row must stay until nothing is left, and nothing of it may be left then.
 * @throws Error when that is not so
 */
export async function deleteSpaceUnderFaults({ test, artemis, broker, startProvisioner }: FaultBed, addresses: number, say: (line: string) => void): Promise<void> {
  const first = await startProvisioner();
  await makeSpace(test.sql, addresses);
  const counts = async () => (await test.sql.query<Counts>(countsQuery, [slug])).rows[0]!;
  await eventually(counts, ({ active }) => active === addresses, hungMs);
  const startedAt = performance.now();
  await test.sql.query("UPDATE address_space SET phase = 'Terminating', reason = NULL, generation = generation + 1, attempts = 0, next_attempt_at = now() WHERE slug = $1", [slug]);
  await eventually(counts, ({ left }) => left < addresses * 0.7, hungMs);
  await artemis.kill();
  const stuck = await eventually(counts, ({ spaces, left, reason, waiting }) => spaces === 0 || left === 0 || (waiting > 0 && reason !== null), hungMs);
  if (stuck.spaces !== 1 || stuck.left === 0) throw new Error("The space went while its broker was away.");
  if (!/^Waiting until all that is in it is gone: \d+ addresses/.test(stuck.reason ?? "")) throw new Error(`The space says: ${stuck.reason}`);
  say(`    ${stuck.left} of ${addresses} addresses were left when the broker had gone`);
  await first.kill();
  await artemis.start();
  const second = await startProvisioner();
  await eventually(counts, ({ left }) => left < stuck.left * 0.5, hungMs);
  await second.kill();
  await startProvisioner();
  await eventually(counts, ({ spaces }) => spaces === 0, hungMs);
  const onBroker = (await broker.listAddresses(openWorkWindow(30_000))).filter(({ brokerAddress }) => brokerAddress.startsWith(`${test.tenant}.${slug}.`));
  if (onBroker.length > 0) throw new Error(`The broker still has ${onBroker.length} addresses of the space, such as ${onBroker[0]!.brokerAddress}.`);
  say(`    gone ${((performance.now() - startedAt) / 1000).toFixed(1)} s after it was asked for`);
}

interface Counts {
  readonly spaces: number;
  readonly reason: string | null;
  readonly left: number;
  readonly active: number;
  /** Addresses that say that they wait for the broker. */
  readonly waiting: number;
}

const countsQuery = `
  SELECT (SELECT count(*)::int FROM address_space WHERE slug = $1) AS spaces, (SELECT reason FROM address_space WHERE slug = $1) AS reason,
    count(*)::int AS left, (count(*) FILTER (WHERE a.phase = 'Active'))::int AS active, (count(*) FILTER (WHERE starts_with(a.reason, 'Waiting for the broker')))::int AS waiting
  FROM address a JOIN address_space s ON s.id = a.space_id WHERE s.slug = $1`;

/** A space beside the test's own: a tenth of its addresses topics, each with a subscription, the rest queues and anycast. */
async function makeSpace(sql: FaultBed["test"]["sql"], addresses: number): Promise<void> {
  const topics = Math.floor(addresses / 10);
  await sql.query("BEGIN");
  await sql.query("INSERT INTO address_space (id, tenant_id, slug, name, plan_id, created_by) SELECT uuidv7(), tenant_id, $1, $1, plan_id, 'test' FROM address_space WHERE slug = 'main'", [slug]);
  const insert = `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, topic_id, created_by)
    SELECT uuidv7(), s.tenant_id, s.id, made.name, made.name, made.type, made.type || '-small', made.topic, 'test' FROM address_space s,`;
  await sql.query(
    `${insert} LATERAL (SELECT 'doomed.' || n AS name, CASE WHEN n <= $2 THEN 'topic' WHEN n % 5 = 0 THEN 'anycast' ELSE 'queue' END AS type, NULL::uuid AS topic FROM generate_series(1, $3::int) n) made WHERE s.slug = $1`,
    [slug, topics, addresses - topics],
  );
  await sql.query(
    `${insert} LATERAL (SELECT t.name || '.subscription' AS name, 'subscription' AS type, t.id AS topic FROM address t WHERE t.space_id = s.id AND t.type = 'topic') made WHERE s.slug = $1`,
    [slug],
  );
  await sql.query("COMMIT");
}
