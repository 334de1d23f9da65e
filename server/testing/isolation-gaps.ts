import type { Client } from "pg";

/** Tables that hold no tenant's data: everybody may read them. Any other table must be guarded. */
const sharedTables = ["space_plan", "address_plan", "statistics_coverage", "statistics_lease", "gateway_journal", "drift_report", "_prisma_migrations"];

/** Tables that hold no tenant's data and that only transactions of platform roles see. */
const platformTables = ["platform_person"];

interface TableRow {
  readonly name: string;
  readonly enabled: boolean;
  readonly forced: boolean;
  readonly owns: boolean;
  readonly commands: string[];
}

interface PolicyRow {
  readonly table: string;
  readonly name: string;
  /** `*` for all, else `r`, `a`, `w` or `d`. */
  readonly command: string;
  readonly permissive: boolean;
  readonly using: string | null;
  readonly check: string | null;
}

const commandLetters: Record<string, string> = { SELECT: "r", INSERT: "a", UPDATE: "w", DELETE: "d" };

/**
 * What stands between a role and other tenants' rows, read from the catalogue, so that a new table is covered by itself.
 * @param client a superuser's connection
 * @returns one sentence for each gap; none when the walls are whole
 */
export async function findIsolationGaps(client: Client, role = "postroom_console"): Promise<string[]> {
  const gaps: string[] = [];
  const attributes = await client.query<{ rolsuper: boolean; rolbypassrls: boolean; rolname: string }>(
    "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = $1 OR pg_has_role($1, oid, 'MEMBER')",
    [role],
  );
  if (attributes.rows.length === 0) gaps.push(`The role ${role} does not exist.`);
  for (const { rolname, rolsuper, rolbypassrls } of attributes.rows) {
    if (rolsuper) gaps.push(`${role} has the rights of the superuser ${rolname}.`);
    if (rolbypassrls) gaps.push(`${role} bypasses row level security as ${rolname}.`);
  }
  const tables = await client.query<TableRow>(
    `SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced, pg_has_role($1, c.relowner, 'MEMBER') AS owns,
       ARRAY(SELECT command FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS command
         WHERE has_table_privilege($1, c.oid, command) OR (command <> 'DELETE' AND has_any_column_privilege($1, c.oid, command))) AS commands
     FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> ALL ($2) ORDER BY c.relname`,
    [role, sharedTables],
  );
  if (tables.rows.length === 0) gaps.push("There is no table to guard.");
  const policies = await client.query<PolicyRow>(
    `SELECT p.polrelid::regclass::text AS table, p.polname AS name, p.polcmd::text AS command, p.polpermissive AS permissive,
       pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check
     FROM pg_policy p WHERE 0 = ANY (p.polroles) OR EXISTS (SELECT 1 FROM unnest(p.polroles) AS holder WHERE holder <> 0 AND pg_has_role($1, holder, 'MEMBER'))`,
    [role],
  );
  for (const table of tables.rows) gaps.push(...gapsOfTable(table, policies.rows.filter((policy) => policy.table === table.name), role));
  const doors = await client.query<{ name: string; kind: string }>(
    `SELECT c.relname AS name, 'view' AS kind FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm')
       AND has_table_privilege($1, c.oid, 'SELECT') AND NOT coalesce(c.reloptions, '{}') @> ARRAY['security_invoker=true']
     UNION ALL
     SELECT p.proname, 'function' FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND has_function_privilege($1, p.oid, 'EXECUTE')`,
    [role],
  );
  for (const { name, kind } of doors.rows) gaps.push(`The ${kind} ${name} reads with its owner's rights.`);
  return gaps;
}

function gapsOfTable(table: TableRow, policies: readonly PolicyRow[], role: string): string[] {
  const gaps: string[] = [];
  if (!table.enabled) gaps.push(`Row level security is off on ${table.name}.`);
  if (!table.forced) gaps.push(`Row level security is not forced on ${table.name}.`);
  if (table.owns) gaps.push(`${role} owns ${table.name}.`);
  for (const command of table.commands) {
    const applying = policies.filter((policy) => policy.permissive && (policy.command === "*" || policy.command === commandLetters[command]));
    if (applying.length === 0) gaps.push(`${table.name} has no policy for ${command} by ${role}.`);
    for (const policy of applying) {
      const needed = { SELECT: [policy.using], DELETE: [policy.using], INSERT: [policy.check ?? policy.using], UPDATE: [policy.using, policy.check ?? policy.using] }[command] ?? [];
      const guard = platformTables.includes(table.name) ? "postroom_acts_on_platform()" : "postroom_tenant_id()";
      if (!needed.every((expression) => expression?.includes(guard) || (command === "SELECT" && expression?.includes("postroom_user_id()")))) {
        gaps.push(`Policy ${policy.name} on ${table.name} lets ${command} pass without looking at the tenant.`);
      }
    }
  }
  return gaps;
}
