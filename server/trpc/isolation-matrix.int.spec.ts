import { initTRPC } from "@trpc/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAllowed, platformRoles, type Role } from "#contracts/permissions.ts";
import { declaredProcedures, undeclaredProcedures, type DeclaredProcedure } from "../testing/procedure-access.ts";
import { answerInquiries, makeThings, namedProcedures, procedureInputs, type Scope, type Things } from "../testing/procedure-inputs.ts";
import { acme, startTestConsole, tokenOf, type TestConsole } from "../testing/test-console.ts";
import { appRouter } from "./app-router.ts";
import { baseProcedure, router } from "./trpc.ts";

const procedures = declaredProcedures(appRouter);
/** Whoever is added here is seen in review: each needs a reason not to ask for a permission. */
const withoutTenant = ["invitations.accept", "invitations.accountProgress", "invitations.open", "invitations.startAccount", "session.get"];

/** Everybody who may call, with the roles held in acme; `foreign` holds the strongest role, in another tenant. */
const callers: readonly { email: string | null; roles: readonly Role[]; entersAcme: boolean }[] = [
  { email: "owner@acme.test", roles: ["tenant-admin"], entersAcme: true },
  { email: "dev@acme.test", roles: ["developer"], entersAcme: true },
  { email: "viewer@acme.test", roles: ["viewer"], entersAcme: true },
  { email: "support@postroom.test", roles: ["support"], entersAcme: true },
  { email: "admin@postroom.test", roles: ["platform-admin"], entersAcme: true },
  { email: "owner@globex.test", roles: ["tenant-admin"], entersAcme: false },
  { email: null, roles: [], entersAcme: false },
];

const unknownId = "0195c000-0000-7000-8000-ffffffffffff";
const isPlatformRole = (role: Role): boolean => (platformRoles as readonly Role[]).includes(role);

let app: TestConsole;
let acmeSpaceId: string;
let secretLab: Things;
const foreignScope = { tenant: "globex", space: "secret-lab" };

beforeAll(async () => {
  app = await startTestConsole();
  await app.admin.query("UPDATE space_plan SET max_credentials = 1000, max_addresses = 5000, max_stored_bytes = 1000000000000");
  acmeSpaceId = (await app.admin.query("SELECT s.id FROM address_space s JOIN tenant t ON t.id = s.tenant_id WHERE t.slug = 'acme'")).rows[0].id;
  const made = await app.admin.query(
    `INSERT INTO address_space (id, tenant_id, slug, name, plan_id, phase, created_by)
     SELECT gen_random_uuid(), id, 'secret-lab', 'Secret lab', 'team', 'Active', 'test' FROM tenant WHERE slug = 'globex' RETURNING id`,
  );
  await answerInquiries(app.admin);
  secretLab = await makeThings(app.admin, made.rows[0].id, "formula");
});
afterAll(() => app?.[Symbol.asyncDispose]());

/** Calls over HTTP and answers the code of the refusal, or `ok`, with everything that was sent back. */
async function call({ path, type }: DeclaredProcedure, input: unknown, email: string | null): Promise<{ outcome: string; text: string }> {
  const headers: Record<string, string> = email === null ? {} : { authorization: `Bearer ${await tokenOf(email)}` };
  const query = input === undefined || type === "mutation" ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const stop = new AbortController();
  const response = await app.request(
    `${path}${query}`,
    type === "mutation"
      ? { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(input) }
      : { headers, signal: stop.signal },
  );
  if (type !== "subscription") {
    const text = await response.text();
    return { outcome: (JSON.parse(text).error?.data.postroom.code as string | undefined) ?? "ok", text };
  }
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk, { stream: true });
    if (/data: .*(resync|changed|"postroom")/.test(text)) break;
  }
  stop.abort();
  return { outcome: /"postroom":\{"code":"([a-z-]+)"/.exec(text)?.[1] ?? "ok", text };
}

async function auditCount(): Promise<number> {
  return (await app.admin.query<{ count: number }>("SELECT count(*)::int AS count FROM audit_entry")).rows[0]!.count;
}

/** Everything that globex has, to compare. */
async function foreignRows(): Promise<string> {
  const globex = "(SELECT id FROM tenant WHERE slug = 'globex')";
  const parts = ["address", "credential", "address_space", "membership", "member_operation", "operation", "broker_inquiry", "audit_entry", "connection", "link", "client_event"].map(
    (table) => `SELECT '${table}' AS source, to_jsonb(t) AS row FROM ${table} t WHERE tenant_id = ${globex}`,
  );
  return JSON.stringify((await app.admin.query(`${parts.join(" UNION ALL ")} ORDER BY 1, 2`)).rows);
}

describe("the router", () => {
  it("declares for every procedure who may call it", () => {
    expect(procedures.length).toBeGreaterThan(10);
    expect(undeclaredProcedures(appRouter)).toEqual([]);
    expect(procedures.filter(({ access }) => access?.kind === "person" || access?.kind === "public").map(({ path }) => path).sort()).toEqual(withoutTenant);
  });

  it("has an input for every procedure in this matrix", () => {
    expect(procedures.map(({ path }) => path).sort()).toEqual(Object.keys(procedureInputs).sort());
  });

  it("would be caught with a procedure that declares nothing", () => {
    const bare = initTRPC.create();
    expect(undeclaredProcedures(router({ noun: router({ get: baseProcedure.query(() => 1) }) }))).toEqual(["noun.get"]);
    expect(undeclaredProcedures(bare.router({ get: bare.procedure.query(() => 1) }))).toEqual(["get"]);
  });
});

describe.each(callers)("$email", ({ email, roles, entersAcme }) => {
  it.each(procedures)("gets from $path in acme what the permission table says", async (procedure) => {
    const things = await makeThings(app.admin, acmeSpaceId, "thing");
    const entries = await auditCount();
    const { outcome, text } = await call(procedure, procedureInputs[procedure.path]!(acme, things), email);
    const { access } = procedure;
    if (procedure.type === "mutation" && (outcome === "ok" || outcome === "forbidden")) expect(await auditCount(), "an entry of the audit trail").toBeGreaterThan(entries);
    if (procedure.path.startsWith("invitations.") && (email !== null || access?.kind === "public")) expect(outcome, text).toBe("not-found");
    else if (email === null) expect(outcome, text).toBe("unauthenticated");
    else if (access?.kind === "platform") expect(outcome, text).toBe(isAllowed(roles.filter(isPlatformRole), access.permission) ? "ok" : "forbidden");
    else if (access?.kind !== "tenant" && access?.kind !== "space") expect(outcome, text).toBe("ok");
    else if (!entersAcme) expect(outcome, text).toBe("not-found");
    else expect(outcome, text).toBe(isAllowed(roles, access.permission) ? "ok" : "forbidden");
  });
});

describe("acme's people, reaching for globex", () => {
  const members = callers.filter(({ email }) => email?.endsWith("@acme.test"));
  const tricks: { trick: string; scope: Scope }[] = [
    { trick: "its tenant and space", scope: foreignScope },
    { trick: "its space under the own tenant", scope: { tenant: "acme", space: foreignScope.space } },
    { trick: "its tenant, with a space name of the own", scope: { tenant: "globex", space: "default" } },
  ];
  const scoped = procedures.filter(({ access }) => access?.kind === "tenant" || access?.kind === "space");

  // A procedure of the tenant alone never looks at a space.
  const tricksFor = ({ access }: DeclaredProcedure) => tricks.filter(({ scope }) => access?.kind === "space" || scope.tenant !== "acme");

  it.each(scoped.flatMap((procedure) => tricksFor(procedure).map((trick) => ({ procedure, path: procedure.path, ...trick }))))(
    "find nothing by $path with $trick, and change nothing",
    async ({ procedure, scope }) => {
      const before = await foreignRows();
      for (const { email } of members) {
        const { outcome, text } = await call(procedure, procedureInputs[procedure.path]!(scope, secretLab), email);
        expect(outcome, text).toBe("not-found");
        expect(text).not.toContain("Secret lab");
      }
      expect(await foreignRows()).toBe(before);
    },
  );

  it.each(scoped.filter(({ path }) => namedProcedures.has(path)))("find nothing by $path with a foreign thing's name in the own space", async (procedure) => {
    const before = await foreignRows();
    const { outcome, text } = await call(procedure, procedureInputs[procedure.path]!(acme, secretLab), "owner@acme.test");
    expect(outcome, text).toBe("not-found");
    const unknown = await call(procedure, procedureInputs[procedure.path]!(acme, { ...secretLab, address: "nothing", credential: "nothing", connection: "main-0badcafe-0", operation: unknownId, member: unknownId, disabledMember: unknownId }), "owner@acme.test");
    expect(text.replaceAll(secretLab.address, "nothing").replaceAll(secretLab.credential, "nothing").replaceAll(secretLab.member, unknownId).replaceAll(secretLab.operation, unknownId)).toBe(unknown.text);
    expect(await foreignRows()).toBe(before);
  });

  it.each(procedures.filter(({ type }) => type === "query"))("see no word of globex in the answer of $path", async (procedure) => {
    const { text } = await call(procedure, procedureInputs[procedure.path]!(acme, await makeThings(app.admin, acmeSpaceId, "thing")), "owner@acme.test");
    expect(text).not.toMatch(/globex|secret-lab|formula/i);
  });

  it("get only their own answers from a batch that mixes own and foreign, and no word of the foreign one in its error", async () => {
    const batch = { 0: acme, 1: foreignScope, 2: { ...foreignScope, name: secretLab.address } };
    const response = await app.request(`spaces.get,spaces.get,addresses.get?batch=1&input=${encodeURIComponent(JSON.stringify(batch))}`, {
      headers: { authorization: `Bearer ${await tokenOf("dev@acme.test")}` },
    });
    const answers = (await response.json()) as { result?: { data: { slug: string } }; error?: { data: { postroom: { code: string } } } }[];
    expect(answers.map((answer) => answer.result?.data.slug ?? answer.error?.data.postroom.code)).toEqual(["default", "not-found", "not-found"]);
    expect(JSON.stringify(answers)).not.toMatch(/Secret lab|formula/);
  });

  it("cannot choose the tenant by header, cookie or another field", async () => {
    const input = encodeURIComponent(JSON.stringify({ ...acme, tenantId: "globex", tenantSlug: "globex" }));
    const response = await app.request(`spaces.get?input=${input}&tenant=globex`, {
      headers: { authorization: `Bearer ${await tokenOf("dev@acme.test")}`, "x-tenant": "globex", "x-tenant-id": "globex", cookie: "tenant=globex" },
    });
    expect(((await response.json()) as { result: { data: { name: string } } }).result.data.name).toBe("Default");
  });
});
