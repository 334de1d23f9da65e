import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "#platform/test-platform.ts";
import { findIsolationGaps } from "../testing/isolation-gaps.ts";

let database: TestDatabase;
let admin: Client;
let consoleRole: Client;
let tables: string[];
let acmeId: string;
let globexId: string;

beforeAll(async () => {
  database = await createTestDatabase({ demo: true });
  admin = new Client({ connectionString: database.adminUrl });
  consoleRole = new Client({ connectionString: database.consoleUrl });
  await Promise.all([admin.connect(), consoleRole.connect()]);
  const { rows } = await admin.query<{ slug: string; id: string }>("SELECT slug, id FROM tenant");
  acmeId = rows.find((row) => row.slug === "acme")!.id;
  globexId = rows.find((row) => row.slug === "globex")!.id;
  for (const id of [acmeId, globexId]) {
    await admin.query(
      `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, created_by)
       SELECT gen_random_uuid(), tenant_id, id, 'orders', 'orders', 'queue', 'queue-small', 'test' FROM address_space WHERE tenant_id = $1`,
      [id],
    );
    await admin.query(
      `INSERT INTO credential (id, tenant_id, space_id, name, login, permissions, created_by)
       SELECT gen_random_uuid(), tenant_id, id, 'app', tenant_id || '.app', '[]', 'test' FROM address_space WHERE tenant_id = $1`,
      [id],
    );
    await admin.query(
      `INSERT INTO operation (tenant_id, space_id, kind, parameters, requested_by_id, requested_by)
       SELECT tenant_id, id, 'delete-addresses', '{}', 'test', 'test' FROM address_space WHERE tenant_id = $1`,
      [id],
    );
    await admin.query(
      `INSERT INTO auto_create_rule (tenant_id, space_id, pattern, type, plan_id, created_by)
       SELECT tenant_id, id, 'made.*', 'queue', 'queue-small', 'test' FROM address_space WHERE tenant_id = $1`,
      [id],
    );
    await admin.query("INSERT INTO idempotency_key (tenant_id, user_id, key, procedure, input_hash) VALUES ($1, 'somebody', gen_random_uuid(), 'addresses.create', '')", [id]);
    await admin.query("INSERT INTO broker_inquiry (tenant_id, space_id, inquiry) SELECT tenant_id, id, '{}' FROM address_space WHERE tenant_id = $1", [id]);
    await admin.query(
      "INSERT INTO audit_entry (id, tenant_id, actor_id, actor_email, source, action, object_type, object_name) VALUES (gen_random_uuid(), $1, 'a', 'a', 'test', 'a:b', 'address', 'x')",
      [id],
    );
  }
  await admin.query(
    `INSERT INTO connection (id, tenant_id, space_id, gateway, container, login, is_person, remote_address, protocol, is_encrypted, product, version, since, links, count_in, count_out)
     SELECT 'main-00000000-' || row_number() OVER (), tenant_id, id, 'main', 'c', 'l', false, '127.0.0.1', 'amqp', false, '', '', now(), 1, 0, 0 FROM address_space`,
  );
  await admin.query(
    `INSERT INTO link (id, tenant_id, space_id, connection_id, address_name, link_name, role, since, credit, unsettled, deliveries, bytes, accepted, rejected, released, modified, presettled, dropped)
     SELECT id || '-1', tenant_id, space_id, id, 'orders', 'l', 'sender', now(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM connection`,
  );
  await admin.query(
    `INSERT INTO client_event (id, tenant_id, space_id, kind, at, first_at, count, gateway, connection_id, container, login, is_person, remote_address, address_name, condition, text)
     SELECT id, tenant_id, space_id, 'connected', now(), now(), 1, 'main', id, 'c', 'l', false, '127.0.0.1', '', '', '' FROM connection`,
  );
  for (const table of ["address_sample", "address_sample_5min", "address_sample_1h"]) {
    await admin.query(`INSERT INTO ${table} SELECT tenant_id, id, now(), 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0 FROM address`);
  }
  await admin.query("INSERT INTO space_sample SELECT tenant_id, id, now(), 1, 1 FROM address_space");
  await admin.query("INSERT INTO test_session (tenant_id, user_id, login_session_id, email, ends_at) SELECT tenant_id, user_id, '', email, now() FROM membership WHERE user_id IS NOT NULL");
  await admin.query(
    "INSERT INTO member_operation (tenant_id, member_id, email, kind) SELECT tenant_id, id, email, 'match-access' FROM membership",
  );
  const guarded = await admin.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relrowsecurity AND relname <> 'platform_person' ORDER BY 1",
  );
  tables = guarded.rows.map((row) => row.name);
});
afterAll(async () => {
  await admin?.end();
  await consoleRole?.end();
  await database?.[Symbol.asyncDispose]();
});

/** Runs in a transaction that is rolled back, with these settings, and answers what came of it. */
async function asConsole(settings: Record<string, string>, sql: string, values: unknown[] = []): Promise<{ rowCount: number | null; rows: unknown[] } | { refused: string }> {
  await consoleRole.query("BEGIN");
  try {
    for (const [name, value] of Object.entries(settings)) await consoleRole.query("SELECT set_config($1, $2, true)", [name, value]);
    const { rowCount, rows } = await consoleRole.query(sql, values);
    return { rowCount, rows };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  } finally {
    await consoleRole.query("ROLLBACK");
  }
}

describe("the catalogue", () => {
  it("shows walls around every table with a tenant's data", async () => {
    expect(tables).toEqual(["address", "address_sample", "address_sample_1h", "address_sample_5min", "address_space", "address_statistics", "audit_entry", "auto_create_rule", "broker_inquiry", "client_event", "connection", "credential", "idempotency_key", "link", "member_operation", "membership", "operation", "space_sample", "tenant", "test_session"]);
    expect(await findIsolationGaps(admin)).toEqual([]);
  });

  it("connects the console as the role that was checked", async () => {
    const { rows } = await consoleRole.query("SELECT current_user, session_user");
    expect(rows).toEqual([{ current_user: "postroom_console", session_user: "postroom_console" }]);
  });

  it.each([
    ["DROP POLICY console_address ON address", "address has no policy for INSERT by postroom_console."],
    ["ALTER TABLE credential NO FORCE ROW LEVEL SECURITY", "Row level security is not forced on credential."],
    ["ALTER TABLE membership DISABLE ROW LEVEL SECURITY", "Row level security is off on membership."],
    ["ALTER TABLE address OWNER TO postroom_console", "postroom_console owns address."],
    ["ALTER POLICY console_audit_entry_read ON audit_entry USING (true)", "Policy console_audit_entry_read on audit_entry lets SELECT pass without looking at the tenant."],
    ["ALTER POLICY console_address ON address WITH CHECK (true)", "Policy console_address on address lets INSERT pass without looking at the tenant."],
    ["ALTER POLICY console_platform_person ON platform_person USING (true)", "Policy console_platform_person on platform_person lets SELECT pass without looking at the tenant."],
    ["CREATE TABLE invoice (id int, tenant_id uuid); GRANT SELECT ON invoice TO postroom_console", "Row level security is off on invoice."],
    ["ALTER ROLE postroom_console BYPASSRLS", "postroom_console bypasses row level security as postroom_console."],
    ["CREATE VIEW every_address AS SELECT * FROM address; GRANT SELECT ON every_address TO postroom_console", "The view every_address reads with its owner's rights."],
    ["CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM address'", "The function peek reads with its owner's rights."],
  ])("finds the hole after: %s", async (mutation, gap) => {
    // Inside a transaction, so that a role of the whole cluster is never really changed for others.
    await admin.query("BEGIN");
    try {
      await admin.query(mutation);
      expect(await findIsolationGaps(admin)).toContain(gap);
    } finally {
      await admin.query("ROLLBACK");
    }
    expect(await findIsolationGaps(admin)).toEqual([]);
  });

  it("finds the hole when the console would connect as the tables' owner or as the superuser", async () => {
    expect(await findIsolationGaps(admin, "postroom_owner")).toContain("postroom_owner owns address.");
    const { rows } = await admin.query<{ name: string }>("SELECT current_user AS name");
    expect(await findIsolationGaps(admin, rows[0]!.name)).toContain(`${rows[0]!.name} has the rights of the superuser ${rows[0]!.name}.`);
  });
});

describe("the console's role", () => {
  it("has rows to be kept from in every guarded table", async () => {
    for (const table of tables) expect((await admin.query(`SELECT 1 FROM ${table}`)).rowCount, table).toBeGreaterThan(1);
  });

  it("sees and changes nothing in any table while no tenant and no person is set", async () => {
    for (const table of tables) {
      expect(await asConsole({}, `SELECT count(*)::int AS count FROM ${table}`), table).toMatchObject({ rows: [{ count: 0 }] });
      expect(await asConsole({ "postroom.tenant_id": "", "postroom.user_id": "" }, `SELECT count(*)::int AS count FROM ${table}`), table).toMatchObject({ rows: [{ count: 0 }] });
      expect([0, undefined], table).toContain(await asConsole({}, `DELETE FROM ${table}`).then((outcome) => ("refused" in outcome ? undefined : outcome.rowCount)));
    }
    expect(await asConsole({}, "UPDATE address SET phase = 'Failed'")).toMatchObject({ rowCount: 0 });
    expect(await asConsole({}, "UPDATE credential SET phase = 'Failed'")).toMatchObject({ rowCount: 0 });
  });

  it("reaches no row of another tenant by reading, changing, inserting, referring or moving", async () => {
    const settings = { "postroom.tenant_id": acmeId };
    for (const table of tables) {
      const column = table === "tenant" ? "id" : "tenant_id";
      const all = await asConsole(settings, `SELECT DISTINCT ${column} AS tenant FROM ${table}`);
      expect(all, table).toMatchObject({ rows: [{ tenant: acmeId }] });
      expect(all, table).toMatchObject({ rowCount: 1 });
    }
    const change = await asConsole(settings, "UPDATE address SET phase = 'Failed' WHERE tenant_id = $1", [globexId]);
    expect(change).toMatchObject({ rowCount: 0 });
    const globexSpace = (await admin.query("SELECT id FROM address_space WHERE tenant_id = $1", [globexId])).rows[0].id;
    const insert = "INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, created_by) VALUES (gen_random_uuid(), $1, $2, $3, $3, 'queue', 'queue-small', 'x')";
    expect(await asConsole(settings, insert, [globexId, globexSpace, "planted"])).toMatchObject({ refused: expect.stringContaining("row-level security") });
    // Own tenant, foreign space: refused by the foreign key over both, or, for a name that is taken there, by the unique index.
    expect(await asConsole(settings, insert, [acmeId, globexSpace, "planted"])).toMatchObject({ refused: expect.stringContaining("foreign key") });
    expect(await asConsole(settings, "UPDATE address SET tenant_id = $1", [globexId])).toHaveProperty("refused");
    expect(await asConsole(settings, `COPY (SELECT * FROM address WHERE tenant_id <> '${acmeId}') TO PROGRAM 'cat'`)).toHaveProperty("refused");
  });

  it.each([["no tenant", {}], ["another tenant", { "postroom.user_id": "nobody" }]] as const)("with %s, writes a row into no table and changes none, by whatever columns it may write", async (_whose, person) => {
    const settings = "postroom.user_id" in person ? { ...person, "postroom.tenant_id": acmeId } : {};
    let written = 0;
    for (const table of tables) {
      const column = table === "tenant" ? "id" : "tenant_id";
      const { rows } = await admin.query<{ name: string; isInserted: boolean; isUpdated: boolean }>(
        `SELECT attname AS name, has_column_privilege('postroom_console', attrelid, attnum, 'INSERT') AS "isInserted", has_column_privilege('postroom_console', attrelid, attnum, 'UPDATE') AS "isUpdated"
           FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
        [table],
      );
      const foreign = (await admin.query<{ row: object }>(`SELECT to_jsonb(t) AS row FROM ${table} t WHERE ${column} = $1 LIMIT 1`, [globexId])).rows[0]!.row;
      const inserted = rows.filter(({ isInserted }) => isInserted).map(({ name }) => name);
      const columns = (inserted.length === 0 ? rows.map(({ name }) => name) : inserted).join(", ");
      const outcome = await asConsole(settings, `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_record(NULL::${table}, $1)`, [JSON.stringify(foreign)]);
      expect(outcome, table).toMatchObject({ refused: expect.stringMatching(inserted.length === 0 ? /permission denied/ : /row-level security/) });
      for (const { name } of rows.filter(({ isUpdated }) => isUpdated)) {
        expect(await asConsole(settings, `UPDATE ${table} SET ${name} = NULL WHERE ${column} = $1`, [globexId]), `${table}.${name}`).toMatchObject({ rowCount: 0 });
        written += 1;
      }
      written += inserted.length;
    }
    expect(written).toBeGreaterThan(50);
  });

  it("learns nothing of another tenant's rows from what it is refused, nor changes one by writing over it", async () => {
    const { rows } = await admin.query<{ id: string; space: string; name: string }>("UPDATE address SET name = 'their-secret', name_key = 'their-secret' WHERE tenant_id = $1 RETURNING id, space_id AS space, name", [globexId]);
    const { id, space, name } = rows[0]!;
    const insert = "INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, created_by) VALUES ($1, $2, $3, $4, $4, 'queue', 'queue-small', 'x')";
    const over = "SET phase = 'Failed'";
    for (const [what, sql, values] of [
      ["a name that is taken there", insert, [crypto.randomUUID(), acmeId, space, name]],
      ["an id that is taken there", insert, [id, acmeId, space, "new"]],
      ["writing over a name", `${insert} ON CONFLICT (space_id, name_key) DO UPDATE ${over}`, [crypto.randomUUID(), acmeId, space, name]],
      ["writing over an id", `${insert} ON CONFLICT (id) DO UPDATE ${over}`, [id, acmeId, space, name]],
      ["referring to a row there", "UPDATE address SET space_id = $1 WHERE tenant_id = $2", [space, acmeId]],
      ["a function that reads row by row", "SELECT 1 FROM address WHERE tenant_id = $1 AND 1 / (CASE name WHEN $2 THEN 0 ELSE 1 END) = 1", [globexId, name]],
    ] as const) {
      await consoleRole.query("BEGIN");
      try {
        await consoleRole.query("SELECT set_config('postroom.tenant_id', $1, true)", [acmeId]);
        const outcome = await consoleRole.query(sql, [...values]).catch((error: Error & { detail?: string; where?: string }) => error);
        if (outcome instanceof Error) expect(`${outcome.message} ${outcome.detail ?? ""} ${outcome.where ?? ""}`, what).not.toContain(name);
        else expect(outcome.rowCount, what).toBe(0);
      } finally {
        await consoleRole.query("ROLLBACK");
      }
    }
    expect((await admin.query("SELECT 1 FROM address WHERE id = $1 AND tenant_id = $2 AND name = $3 AND phase <> 'Failed'", [id, globexId, name])).rowCount).toBe(1);
  });

  it("never reads a sealed secret and never changes the audit trail, its own tenant's included", async () => {
    const settings = { "postroom.tenant_id": acmeId };
    expect(await asConsole(settings, "SELECT sealed_secret FROM credential")).toMatchObject({ refused: expect.stringContaining("permission denied") });
    expect(await asConsole(settings, "UPDATE audit_entry SET action = 'x'")).toMatchObject({ refused: expect.stringContaining("permission denied") });
    expect(await asConsole(settings, "DELETE FROM audit_entry")).toMatchObject({ refused: expect.stringContaining("permission denied") });
    expect(await asConsole(settings, "UPDATE membership SET email = 'x'")).toMatchObject({ refused: expect.stringContaining("permission denied") });
    expect(await asConsole(settings, "UPDATE membership SET tenant_id = $1", [globexId])).toMatchObject({ refused: expect.stringContaining("permission denied") });
    expect(await asConsole(settings, "UPDATE membership SET role = 'tenant-admin' WHERE tenant_id = $1", [globexId])).toMatchObject({ rowCount: 0 });
    expect(await asConsole(settings, "SELECT sealed_secret FROM member_operation")).toMatchObject({ refused: expect.stringContaining("permission denied") });
    expect(await asConsole(settings, "UPDATE member_operation SET phase = 'Done'")).toMatchObject({ refused: expect.stringContaining("permission denied") });
    expect(await asConsole(settings, "INSERT INTO membership (tenant_id, user_id, email, role) VALUES ($1, 'me', 'me@x.test', 'tenant-admin')", [globexId])).toMatchObject({ refused: expect.stringContaining("row-level security") });
  });

  it("reads history through its tables only, and no counters of brokers and gateways", async () => {
    const settings = { "postroom.tenant_id": acmeId };
    const { rows } = await admin.query<{ name: string }>("SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent IN ('address_sample'::regclass, 'client_event'::regclass)");
    expect(rows.length).toBeGreaterThan(0);
    for (const { name } of rows) expect(await asConsole(settings, `SELECT 1 FROM "${name}"`), name).toMatchObject({ refused: expect.stringContaining("permission denied") });
    expect(await asConsole(settings, "SELECT baselines FROM address_statistics")).toMatchObject({ refused: expect.stringContaining("permission denied") });
    expect(await asConsole(settings, "UPDATE address_statistics SET depth = 0")).toMatchObject({ refused: expect.stringContaining("permission denied") });
    expect(await asConsole(settings, "UPDATE connection SET container = 'x'")).toMatchObject({ refused: expect.stringContaining("permission denied") });
    expect(await asConsole(settings, "SELECT 1 FROM gateway_journal")).toMatchObject({ refused: expect.stringContaining("permission denied") });
    expect(await asConsole(settings, "SELECT postroom_keep_event_partitions()")).toMatchObject({ refused: expect.stringContaining("permission denied") });
    expect(await asConsole(settings, "SELECT postroom_keep_sample_partitions()")).toMatchObject({ refused: expect.stringContaining("permission denied") });
  });

  it("reads names and numbers of all tenants in a transaction of the support desk, and neither more nor changes anything", async () => {
    const settings = { "postroom.user_id": "nobody", "postroom.reads_all_tenants": "on", "postroom.reads_statistics": "on" };
    for (const table of ["address", "address_statistics", "address_sample", "credential", "connection", "link", "client_event"]) {
      expect(await asConsole(settings, `SELECT count(DISTINCT tenant_id)::int AS count FROM ${table}`), table).toMatchObject({ rows: [{ count: 2 }] });
    }
    for (const table of ["audit_entry", "membership", "member_operation", "operation", "broker_inquiry", "test_session"]) expect(await asConsole(settings, `SELECT 1 FROM ${table}`), table).toMatchObject({ rowCount: 0 });
    for (const table of ["address", "credential"]) expect(await asConsole(settings, `UPDATE ${table} SET phase = 'Failed'`), table).toMatchObject({ rowCount: 0 });
    expect(await asConsole({ ...settings, "postroom.reads_statistics": "off" }, "SELECT 1 FROM address_statistics")).toMatchObject({ rowCount: 0 });
  });

  it("sees who holds roles across tenants, and gives any, only in a transaction of a platform role", async () => {
    await admin.query("INSERT INTO platform_person (email, roles) VALUES ('admin@postroom.test', '{platform-admin}')");
    const insert = "INSERT INTO platform_person (email, wanted_roles, phase) VALUES ('owner@acme.test', '{platform-admin}', 'Pending')";
    for (const settings of [{}, { "postroom.tenant_id": acmeId }, { "postroom.user_id": "nobody", "postroom.reads_all_tenants": "on", "postroom.reads_statistics": "on" }] as Record<string, string>[]) {
      expect(await asConsole(settings, "SELECT 1 FROM platform_person")).toMatchObject({ rowCount: 0 });
      expect(await asConsole(settings, "UPDATE platform_person SET wanted_roles = '{}'")).toMatchObject({ rowCount: 0 });
      expect(await asConsole(settings, insert)).toMatchObject({ refused: expect.stringContaining("row-level security") });
    }
    const settings = { "postroom.acts_on_platform": "on" };
    expect(await asConsole(settings, insert)).toMatchObject({ rowCount: 1 });
    // What Keycloak says is the provisioner's to write, and so is the end of a row.
    for (const statement of ["UPDATE platform_person SET roles = '{}'", "DELETE FROM platform_person"]) expect(await asConsole(settings, statement)).toMatchObject({ refused: expect.stringContaining("permission denied") });
  });

  it("uses no sequence, whose next number would tell how much others write", async () => {
    const { rows } = await admin.query("SELECT seqrelid::regclass::text FROM pg_sequence WHERE has_sequence_privilege('postroom_console', seqrelid, 'USAGE, SELECT, UPDATE')");
    expect(rows).toEqual([]);
    await admin.query("CREATE SEQUENCE told");
    expect(await asConsole({ "postroom.tenant_id": acmeId }, "SELECT nextval('told')")).toMatchObject({ refused: expect.stringContaining("permission denied") });
    await admin.query("DROP SEQUENCE told");
  });

  it("sees a person's own tenants and spaces only, and nothing inside of these", async () => {
    const settings = { "postroom.user_id": "0195c000-0000-7000-8000-000000000012" };
    expect(await asConsole(settings, "SELECT slug FROM tenant")).toMatchObject({ rows: [{ slug: "acme" }] });
    expect(await asConsole(settings, "SELECT count(*)::int AS count FROM membership")).toMatchObject({ rows: [{ count: 1 }] });
    for (const table of ["address", "credential", "audit_entry"]) {
      expect(await asConsole(settings, `SELECT 1 FROM ${table}`), table).toMatchObject({ rowCount: 0 });
    }
  });
});
