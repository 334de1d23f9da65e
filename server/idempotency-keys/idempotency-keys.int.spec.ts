import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { idempotentProcedures, type IdempotentProcedure } from "#contracts/idempotent-procedures.ts";
import { declaredProcedures } from "../testing/procedure-access.ts";
import { acme, failureOf, globex, startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";
import { appRouter } from "../trpc/app-router.ts";

let app: TestConsole;
let owner: TestClient;
let stranger: TestClient;
let platformAdmin: TestClient;

beforeAll(async () => {
  app = await startTestConsole();
  [owner, stranger, platformAdmin] = await Promise.all([app.client("owner@acme.test"), app.client("owner@globex.test"), app.client("admin@postroom.test")]);
  await app.admin.query("UPDATE tenant SET max_spaces = 100");
});
afterAll(() => app?.[Symbol.asyncDispose]());

const count = async (table: string): Promise<number> => (await app.admin.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`)).rows[0]!.count;

const person = (number: number) => ({ email: `person-${number}@people.test`, name: "Nina New" });

/** Each procedure with a good input, another one, the table that grows by it, and its call. */
const requests: Record<IdempotentProcedure, { readonly table: string; readonly call: (client: TestClient, scope: typeof acme | typeof globex, number: number, idempotencyKey: string) => Promise<unknown> }> = {
  "addresses.create": {
    table: "address",
    call: (client, scope, number, idempotencyKey) => client.addresses.create.mutate({ ...scope, type: "queue", name: `one.${number}`, planId: "queue-small", idempotencyKey }),
  },
  "addresses.createMany": {
    table: "operation",
    call: (client, scope, number, idempotencyKey) => client.addresses.createMany.mutate({ ...scope, rows: [{ name: `many.${number}`, type: "queue", planId: "queue-small" }], checkOnly: false, idempotencyKey }),
  },
  "addresses.deleteMany": {
    table: "operation",
    call: (client, scope, number, idempotencyKey) => client.addresses.deleteMany.mutate({ ...scope, selection: { kind: "names", names: [`gone.${number}`] }, idempotencyKey }),
  },
  "addresses.changePlanOfMany": {
    table: "operation",
    call: (client, scope, number, idempotencyKey) => client.addresses.changePlanOfMany.mutate({ ...scope, selection: { kind: "names", names: [`moved.${number}`] }, planId: "queue-medium", idempotencyKey }),
  },
  "autoCreateRules.create": {
    table: "auto_create_rule",
    call: (client, scope, number, idempotencyKey) => client.autoCreateRules.create.mutate({ ...scope, pattern: `rule${number}.*`, type: "queue", planId: "queue-small", deleteUnusedMinutes: null, idempotencyKey }),
  },
  "credentials.create": {
    table: "credential",
    call: (client, scope, number, idempotencyKey) => client.credentials.create.mutate({ ...scope, name: `app-${number}`, permissions: [{ operations: ["send"], pattern: "*" }], idempotencyKey }),
  },
  "members.create": {
    table: "membership",
    call: (client, { tenant }, number, idempotencyKey) => client.members.create.mutate({ tenant, ...person(number), role: "viewer", idempotencyKey }),
  },
  "members.invite": {
    table: "membership",
    call: (client, { tenant }, number, idempotencyKey) => client.members.invite.mutate({ tenant, ...person(number), role: "viewer", idempotencyKey }),
  },
  "tenants.create": {
    table: "tenant",
    call: (_client, _scope, number, idempotencyKey) => platformAdmin.tenants.create.mutate({ slug: `tenant-${number}`, name: "Made", maxSpaces: 1, spacePlanId: "team", admin: person(number), idempotencyKey }),
  },
  "spaces.create": {
    table: "address_space",
    call: (client, { tenant }, number, idempotencyKey) => client.spaces.create.mutate({ tenant, slug: `space-${number}`, name: "Made", idempotencyKey }),
  },
};

const keptAnswer = async (key: string): Promise<string> => (await app.admin.query<{ answer: string }>("SELECT answer::text AS answer FROM idempotency_key WHERE key = $1", [key])).rows[0]!.answer;

let number = 0;
const answersSecrets = ["credentials.create", "members.create"] as const;
const repeatable = idempotentProcedures.filter((path) => !(answersSecrets as readonly string[]).includes(path));
const inTenants = idempotentProcedures.filter((path) => path !== "tenants.create");

describe("an idempotency key", () => {
  it("is taken by mutations that are there", () => {
    const mutations = declaredProcedures(appRouter).filter(({ type }) => type === "mutation").map(({ path }) => path);
    expect(mutations).toEqual(expect.arrayContaining([...idempotentProcedures]));
  });

  it.each(repeatable)("has %s do its work once, however often it is asked at once and again, and answer the same", async (path) => {
    const { table, call } = requests[path];
    const [before, key] = [await count(table), randomUUID()];
    number += 1;
    const together = await Promise.all(Array.from({ length: 20 }, () => call(owner, acme, number, key)));
    const later = await call(owner, acme, number, key);
    expect(new Set([...together, later].map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await count(table)).toBe(before + 1);
    const others = await count("audit_entry");
    await call(owner, acme, number, key);
    expect(await count("audit_entry"), "nothing is done that would be recorded").toBe(others);
  });

  it.each(idempotentProcedures)("of %s is refused with another input, and nothing is made", async (path) => {
    const { table, call } = requests[path];
    const key = randomUUID();
    number += 2;
    await call(owner, acme, number - 1, key);
    const before = await count(table);
    const refusal = await failureOf(call(owner, acme, number, key));
    expect(refusal).toMatchObject({ code: "conflict", message: expect.stringContaining("another request") });
    expect(await count(table)).toBe(before);
  });

  it.each(inTenants)("of %s is a person's own: in another tenant it is any other key, and tells nothing", async (path) => {
    const { table, call } = requests[path];
    const [before, key] = [await count(table), randomUUID()];
    number += 1;
    await call(owner, acme, number, key);
    await call(stranger, globex, number, key);
    expect(await count(table)).toBe(before + 2);
    expect((await failureOf(call(stranger, acme, number, key))).code).toBe("not-found");
  });

  it.each([
    { path: answersSecrets[0], secretOf: ({ secret }: Record<string, string>) => secret, wayOut: /has been made by this very request.+rotate/ },
    { path: answersSecrets[1], secretOf: ({ oneTimePassword }: Record<string, string>) => oneTimePassword, wayOut: /has been added by this very request.+reset the password/ },
  ])("of $path, which was done, but whose answer was lost, says so and what to do; no second one is made, no secret kept", async ({ path, secretOf, wayOut }) => {
    const [{ table, call }, key] = [requests[path], randomUUID()];
    number += 1;
    const secret = secretOf((await call(owner, acme, number, key)) as Record<string, string>)!;
    const before = await count(table);
    expect(await failureOf(call(owner, acme, number, key))).toMatchObject({ code: "conflict", message: expect.stringMatching(wayOut) });
    expect(await count(table)).toBe(before);
    const kept = await keptAnswer(key);
    expect(kept).toMatch(/"(name|email)"/);
    expect(kept).not.toContain(secret);
  });

  it.each(["members.invite", "tenants.create"] as const)("of %s brings the same link of the invitation again, which leads to it and is kept nowhere", async (path) => {
    const [{ call }, key] = [requests[path], randomUUID()];
    number += 1;
    const { link } = (await call(owner, acme, number, key)) as { link: string };
    const again = (await call(owner, acme, number, key)) as { link: string };
    const other = (await call(owner, acme, (number += 1), randomUUID())) as { link: string };
    expect(again.link).toBe(link);
    expect(other.link).not.toBe(link);
    const token = again.link.split("#")[1]!;
    expect(await (await app.client(null)).invitations.open.mutate({ token })).toMatchObject({ email: person(number - 1).email });
    expect(await keptAnswer(key)).not.toContain(token);
  });

  it("of a request that was refused is free for it again, once it can be done", async () => {
    const [key, input] = [randomUUID(), { ...acme, type: "queue", name: "refused.first", planId: "queue-small" } as const];
    await app.admin.query("UPDATE address_space SET phase = 'Terminating' WHERE slug = 'default' AND tenant_id = (SELECT id FROM tenant WHERE slug = 'acme')");
    expect((await failureOf(owner.addresses.create.mutate({ ...input, idempotencyKey: key }))).code).toBe("phase-forbids");
    await app.admin.query("UPDATE address_space SET phase = 'Active' WHERE phase = 'Terminating'");
    expect((await owner.addresses.create.mutate({ ...input, idempotencyKey: key })).name).toBe("refused.first");
  });

  it("is a UUID, and helps nobody without the right", async () => {
    expect(await failureOf(requests["addresses.create"].call(owner, acme, ++number, "again"))).toMatchObject({ code: "invalid-input", field: "idempotencyKey" });
    const key = randomUUID();
    await requests["addresses.create"].call(owner, acme, number, key);
    const [viewer, nobody] = await Promise.all([app.client("viewer@acme.test"), app.client(null)]);
    expect((await failureOf(requests["addresses.create"].call(viewer, acme, number, key))).code).toBe("forbidden");
    expect((await failureOf(requests["addresses.create"].call(nobody, acme, number, key))).code).toBe("unauthenticated");
  });

  it("does not hinder that many ask for the same without one: one gets it, the others are told that it exists", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => owner.addresses.create.mutate({ ...acme, type: "queue", name: "raced", planId: "queue-small" })));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});
