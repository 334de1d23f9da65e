import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { maxRulesOfSpace } from "#contracts/auto-create-rules/auto-create-rule.ts";
import { acme, failureOf, globex, startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;
let owner: TestClient;
const fields = { pattern: "jms.*", type: "queue", planId: "queue-small", deleteUnusedMinutes: 60 } as const;

beforeAll(async () => {
  app = await startTestConsole();
  owner = await app.client("owner@acme.test");
});
beforeEach(() => app.admin.query("DELETE FROM auto_create_rule"));
afterAll(() => app?.[Symbol.asyncDispose]());

const generation = async () => (await app.admin.query<{ generation: number }>("SELECT s.generation FROM address_space s JOIN tenant t ON t.id = s.tenant_id WHERE t.slug = 'acme'")).rows[0]!.generation;
const entries = async () => (await app.admin.query("SELECT action, actor_email AS actor, before, after FROM audit_entry WHERE object_type = 'auto-create-rule' AND outcome = 'accepted' ORDER BY at, id")).rows;

describe("rules by which a space makes addresses", () => {
  it("are off until somebody adds one; each change is audited and told to the gateways", async () => {
    expect(await owner.autoCreateRules.list.query(acme)).toEqual([]);
    const before = await generation();
    const made = await owner.autoCreateRules.create.mutate({ ...acme, ...fields });
    expect(made).toMatchObject({ ...fields, planName: expect.any(String), refusal: null, addresses: 0, createdBy: "owner@acme.test" });
    const changed = { ...fields, pattern: "jms.orders.*", deleteUnusedMinutes: null };
    expect(await owner.autoCreateRules.update.mutate({ ...acme, id: made.id, ...changed })).toMatchObject(changed);
    expect(await owner.autoCreateRules.list.query(acme)).toEqual([expect.objectContaining({ id: made.id, ...changed })]);
    await owner.autoCreateRules.delete.mutate({ ...acme, id: made.id });
    expect(await owner.autoCreateRules.list.query(acme)).toEqual([]);
    expect(await generation()).toBe(before + 3);
    expect(await entries()).toMatchObject([
      { action: "auto-create-rule:create", actor: "owner@acme.test", before: null, after: fields },
      { action: "auto-create-rule:update", before: fields, after: changed },
      { action: "auto-create-rule:delete", before: changed, after: null },
    ]);
  });

  it("are refused when the pattern is taken, in either spelling, or the plan is not offered for the type", async () => {
    await owner.autoCreateRules.create.mutate({ ...acme, ...fields, pattern: "jms/a*" });
    expect(await failureOf(owner.autoCreateRules.create.mutate({ ...acme, ...fields, pattern: "jms.a*" }))).toMatchObject({ code: "already-exists", field: "pattern" });
    expect(await failureOf(owner.autoCreateRules.create.mutate({ ...acme, ...fields, planId: "topic-small" }))).toMatchObject({ code: "invalid-input", field: "planId" });
    expect(await failureOf(owner.autoCreateRules.create.mutate({ ...acme, ...fields, pattern: "a b*" }))).toMatchObject({ code: "invalid-input" });
  });

  it("are bounded in number", async () => {
    await app.admin.query(
      `INSERT INTO auto_create_rule (tenant_id, space_id, pattern, type, plan_id, created_by)
       SELECT s.tenant_id, s.id, 'n' || n || '.*', 'queue', 'queue-small', 'test' FROM address_space s JOIN tenant t ON t.id = s.tenant_id, generate_series(1, $1) n WHERE t.slug = 'acme'`,
      [maxRulesOfSpace],
    );
    expect(await failureOf(owner.autoCreateRules.create.mutate({ ...acme, ...fields }))).toMatchObject({ code: "quota-exceeded", limit: { value: maxRulesOfSpace } });
  });

  it("say so when they make nothing, since their plan is not offered any more", async () => {
    await owner.autoCreateRules.create.mutate({ ...acme, ...fields });
    await app.admin.query("UPDATE address_plan SET retired_at = now() WHERE id = 'queue-small'");
    expect(await owner.autoCreateRules.list.query(acme)).toEqual([expect.objectContaining({ refusal: expect.stringContaining("no longer") })]);
    await app.admin.query("UPDATE address_plan SET retired_at = NULL WHERE id = 'queue-small'");
  });

  it("are changed by a tenant-admin only, seen by every member, and not found by anybody else", async () => {
    const { id } = await owner.autoCreateRules.create.mutate({ ...acme, ...fields });
    const developer = await app.client("dev@acme.test");
    expect(await developer.autoCreateRules.list.query(acme)).toHaveLength(1);
    expect((await failureOf(developer.autoCreateRules.delete.mutate({ ...acme, id }))).code).toBe("forbidden");
    const stranger = await app.client("owner@globex.test");
    expect((await failureOf(stranger.autoCreateRules.list.query(acme))).code).toBe("not-found");
    expect((await failureOf(stranger.autoCreateRules.delete.mutate({ ...globex, id }))).code).toBe("not-found");
    expect((await failureOf(stranger.autoCreateRules.update.mutate({ ...globex, id, ...fields }))).code).toBe("not-found");
  });

  it("are told of by the addresses that they made, and leave these behind when they are deleted", async () => {
    const { id } = await owner.autoCreateRules.create.mutate({ ...acme, ...fields });
    await owner.addresses.create.mutate({ ...acme, type: "queue", name: "jms.kept", planId: "queue-small" });
    await app.admin.query("UPDATE address SET auto_create_rule_id = $1 WHERE name = 'jms.kept'", [id]);
    expect((await owner.autoCreateRules.list.query(acme))[0]).toMatchObject({ addresses: 1 });
    const shown = async () => [(await owner.addresses.get.query({ ...acme, name: "jms.kept" })).rule, (await owner.addresses.list.query({ ...acme, search: "jms.kept" })).items[0]?.rule];
    expect(await shown()).toEqual([{ pattern: "jms.*", deleteUnusedMinutes: 60 }, { pattern: "jms.*", deleteUnusedMinutes: 60 }]);
    await owner.autoCreateRules.delete.mutate({ ...acme, id });
    expect((await app.admin.query("SELECT auto_create_rule_id FROM address WHERE name = 'jms.kept'")).rows).toEqual([{ auto_create_rule_id: null }]);
    expect(await shown()).toEqual([null, null]);
  });
});
