import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Member } from "#contracts/members/member.ts";
import { acme, failureOf, globex, startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;
let owner: TestClient;
let dev: TestClient;
let nobody: TestClient;
const tenant = "acme";
const nina = { tenant, email: "Nina@People.test ", name: "Nina New", role: "developer" as const };

beforeAll(async () => {
  app = await startTestConsole();
  [owner, dev, nobody] = await Promise.all([app.client("owner@acme.test"), app.client("dev@acme.test"), app.client(null)]);
});
afterAll(() => app?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await app.admin.query("DELETE FROM membership WHERE email LIKE '%people.test' OR (email LIKE '%globex.test' AND tenant_id = (SELECT id FROM tenant WHERE slug = 'acme'))");
  await app.admin.query("UPDATE membership SET state = 'active', signed_out_at = NULL, role = CASE WHEN email LIKE 'owner%' THEN 'tenant-admin' WHEN email LIKE 'dev%' THEN 'developer' ELSE 'viewer' END");
  await app.admin.query("DELETE FROM member_operation");
});

async function memberOf(email: string): Promise<Member> {
  const [member] = await owner.members.list.query({ tenant, search: email });
  if (!member) throw new Error(`${email} is no member.`);
  return member;
}

const tokenIn = (link: string): string => link.split("#")[1]!;
const operations = async (): Promise<unknown[]> => (await app.admin.query("SELECT kind, email, phase, sealed_secret IS NOT NULL AS sealed FROM member_operation ORDER BY created_at")).rows;

describe("members.list", () => {
  it("shows role, state and last login, found by any part of address, name or role", async () => {
    await dev.spaces.get.query(acme);
    const all = await owner.members.list.query({ tenant });
    expect(all.map(({ email, role, state, isYou }) => [email, role, state, isYou])).toEqual([
      ["dev@acme.test", "developer", "active", false],
      ["owner@acme.test", "tenant-admin", "active", true],
      ["viewer@acme.test", "viewer", "active", false],
    ]);
    expect(Date.parse((await memberOf("dev@")).lastLoginAt ?? "")).toBeLessThanOrEqual(Date.now());
    expect((await owner.members.list.query({ tenant, search: "TENANT-admin" })).map(({ email }) => email)).toEqual(["owner@acme.test"]);
    expect(await owner.members.list.query({ tenant, search: "nobody" })).toEqual([]);
  });

  it("tells nothing of Keycloak's ids", async () => {
    expect(JSON.stringify(await owner.members.list.query({ tenant }))).not.toContain("0195c000-0000-7000-8000-00000000001");
  });
});

describe("members.create", () => {
  it("answers a one-time password once, and keeps it sealed for the provisioner", async () => {
    const { member, oneTimePassword } = await owner.members.create.mutate(nina);
    expect(member).toMatchObject({ email: "nina@people.test", state: "invited", role: "developer", operation: { kind: "create-account", phase: "Pending" } });
    expect(oneTimePassword).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    expect(await operations()).toEqual([{ kind: "create-account", email: "nina@people.test", phase: "Pending", sealed: true }]);
    const trail = await app.admin.query("SELECT * FROM audit_entry WHERE object_name = 'nina@people.test'");
    expect(trail.rows).toMatchObject([{ action: "member:create", actor_email: "owner@acme.test", after: { role: "developer", name: "Nina New" } }]);
    expect(JSON.stringify(trail.rows) + app.logLines.join("")).not.toContain(oneTimePassword);
  });

  it("refuses bad addresses and names at their fields, and somebody who is a member already", async () => {
    expect((await failureOf(owner.members.create.mutate({ ...nina, email: "nina" }))).field).toBe("email");
    expect((await failureOf(owner.members.create.mutate({ ...nina, name: "<img onerror=alert(1)>" }))).field).toBe("name");
    expect(await failureOf(owner.members.create.mutate({ ...nina, email: "DEV@acme.test" }))).toMatchObject({ code: "already-exists", field: "email" });
  });

  it("makes one member of fifty wishes for the same address at once", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => owner.members.create.mutate(nina)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await operations()).toHaveLength(1);
  });
});

describe("an invitation", () => {
  it("is a link whose token is kept as a hash, and shows whom it is for", async () => {
    const { member, link } = await owner.members.invite.mutate(nina);
    expect(member).toMatchObject({ state: "invited" });
    expect(Date.parse(member.invitedUntil ?? "") - Date.now()).toBeGreaterThan(6 * 86_400_000);
    expect(link).toMatch(new RegExp(`^${app.origin}/invitation#[\\w-]{43}$`));
    const { rows } = await app.admin.query("SELECT invitation_hash FROM membership WHERE email = 'nina@people.test'");
    expect(rows[0].invitation_hash).toEqual(createHash("sha256").update(tokenIn(link!)).digest());
    expect(await nobody.invitations.open.mutate({ token: tokenIn(link!) })).toMatchObject({ tenant, tenantName: "Acme", email: "nina@people.test", role: "developer" });
  });

  it("is accepted by who has logged in, once, whatever the address; and then they are in", async () => {
    const stranger = await app.client("dev@globex.test");
    const { link } = await owner.members.invite.mutate(nina);
    expect((await failureOf(stranger.spaces.get.query(acme))).code).toBe("not-found");
    expect((await failureOf(nobody.invitations.accept.mutate({ token: tokenIn(link!) }))).code).toBe("unauthenticated");
    expect(await stranger.invitations.accept.mutate({ token: tokenIn(link!) })).toEqual({ tenant });
    expect((await stranger.spaces.get.query(acme)).slug).toBe("default");
    expect((await stranger.session.get.query()).tenants.map(({ slug }) => slug)).toEqual(["acme", "globex"]);
    expect((await failureOf(stranger.invitations.accept.mutate({ token: tokenIn(link!) }))).code).toBe("not-found");
    expect((await app.admin.query("SELECT actor_email, outcome FROM audit_entry WHERE action = 'member:accept'")).rows).toEqual([{ actor_email: "dev@globex.test", outcome: "accepted" }]);
  });

  it("cannot be accepted by who is a member already, nor after it was taken back or has expired", async () => {
    const { member, link } = await owner.members.invite.mutate(nina);
    const token = tokenIn(link!);
    expect((await failureOf(dev.invitations.accept.mutate({ token }))).code).toBe("conflict");
    await app.admin.query("UPDATE membership SET invitation_expires_at = now() - interval '1 second' WHERE id = $1", [member.id]);
    expect((await failureOf(nobody.invitations.open.mutate({ token }))).code).toBe("not-found");
    await app.admin.query("UPDATE membership SET invitation_expires_at = now() + interval '1 day' WHERE id = $1", [member.id]);
    await owner.members.remove.mutate({ tenant, id: member.id });
    expect((await failureOf(nobody.invitations.open.mutate({ token }))).code).toBe("not-found");
  });

  it("gives somebody new one account with one password, however often it is asked", async () => {
    const { link } = await owner.members.invite.mutate(nina);
    const token = tokenIn(link!);
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => nobody.invitations.startAccount.mutate({ token })));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await operations()).toEqual([{ kind: "start-account", email: "nina@people.test", phase: "Pending", sealed: true }]);
    expect(await nobody.invitations.accountProgress.mutate({ token })).toEqual({ phase: "Pending", reason: null });
    await app.admin.query("UPDATE member_operation SET phase = 'Failed', reason = 'There is an account already.'");
    expect(await nobody.invitations.accountProgress.mutate({ token })).toEqual({ phase: "Failed", reason: "There is an account already." });
    await app.admin.query("UPDATE membership SET user_id = 'new', state = 'active' WHERE email = 'nina@people.test'");
    expect(await nobody.invitations.accountProgress.mutate({ token })).toMatchObject({ phase: "Done" });
  });
});

describe("access", () => {
  it("ends with the next request for who is disabled, although the token still holds, and comes back", async () => {
    const { id } = await memberOf("dev@acme.test");
    expect((await dev.spaces.get.query(acme)).slug).toBe("default");
    expect(await owner.members.disable.mutate({ tenant, id })).toMatchObject({ state: "disabled", operation: { kind: "match-access" } });
    expect((await failureOf(dev.spaces.get.query(acme))).code).toBe("not-found");
    expect((await failureOf(dev.addresses.create.mutate({ ...acme, type: "queue", name: "late", planId: "queue-small" }))).code).toBe("not-found");
    expect((await dev.session.get.query()).tenants).toEqual([]);
    expect((await failureOf(dev.testClient.open.mutate({ ...acme, name: "x" }))).code).toBe("not-found");
    await owner.members.enable.mutate({ tenant, id });
    expect((await dev.spaces.get.query(acme)).slug).toBe("default");
  });

  it("ends with the next request for who is removed, here and not in another tenant", async () => {
    await app.admin.query("INSERT INTO membership (tenant_id, user_id, email, role) SELECT id, '0195c000-0000-7000-8000-000000000022', 'dev@globex.test', 'viewer' FROM tenant WHERE slug = 'acme'");
    const both = await app.client("dev@globex.test");
    expect((await both.spaces.get.query(acme)).slug).toBe("default");
    await owner.members.remove.mutate({ tenant, id: (await memberOf("dev@globex.test")).id });
    expect((await failureOf(both.spaces.get.query(acme))).code).toBe("not-found");
    expect((await both.spaces.get.query(globex)).slug).toBe("default");
    expect(await operations()).toMatchObject([{ kind: "match-access" }]);
  });

  it("changes with the role from the next request on", async () => {
    const { id } = await memberOf("dev@acme.test");
    await owner.members.update.mutate({ tenant, id, role: "viewer" });
    expect((await failureOf(dev.addresses.create.mutate({ ...acme, type: "queue", name: "late", planId: "queue-small" }))).code).toBe("forbidden");
    // What the person has open in the test client is closed, since a viewer may not use it.
    expect(await operations()).toMatchObject([{ kind: "match-access" }]);
  });

  it("ends with the next request for who is signed out everywhere, until a new login", async () => {
    const { id } = await memberOf("viewer@acme.test");
    const viewer = await app.client("viewer@acme.test");
    expect((await viewer.spaces.get.query(acme)).slug).toBe("default");
    await owner.members.signOut.mutate({ tenant, id });
    // The login of this test may be of the same second, which still holds.
    await app.admin.query("UPDATE membership SET signed_out_at = signed_out_at + interval '2 seconds' WHERE id = $1", [id]);
    expect(await failureOf(viewer.spaces.get.query(acme))).toEqual({ code: "unauthenticated", message: "You were signed out everywhere. Log in again to go on." });
    expect((await failureOf(viewer.session.get.query())).code).toBe("unauthenticated");
    expect(await operations()).toMatchObject([{ kind: "sign-out" }]);
  });
});

describe("the last tenant-admin", () => {
  it("cannot be demoted, disabled or removed, not even while somebody invited would be one", async () => {
    await owner.members.invite.mutate({ ...nina, role: "tenant-admin" });
    const { id } = await memberOf("owner@acme.test");
    const attempts = [
      () => owner.members.update.mutate({ tenant, id, role: "viewer" }),
      () => owner.members.disable.mutate({ tenant, id }),
      () => owner.members.remove.mutate({ tenant, id }),
    ];
    for (const attempt of attempts) {
      expect(await failureOf(attempt())).toMatchObject({ code: "conflict", message: expect.stringContaining("last active tenant-admin") });
    }
  });

  it("stays when two admins remove each other at once", async () => {
    const mine = await memberOf("owner@acme.test");
    const other = await memberOf("dev@acme.test");
    await owner.members.update.mutate({ tenant, id: other.id, role: "tenant-admin" });
    await Promise.allSettled([owner.members.update.mutate({ tenant, id: other.id, role: "viewer" }), dev.members.update.mutate({ tenant, id: mine.id, role: "viewer" })]);
    expect((await app.admin.query("SELECT count(*)::int AS count FROM membership m JOIN tenant t ON t.id = m.tenant_id WHERE t.slug = 'acme' AND role = 'tenant-admin'")).rows).toEqual([{ count: 1 }]);
  });
});

describe("a password or a step at the next login", () => {
  it("is asked of the provisioner, and of accounts only", async () => {
    const { id } = await memberOf("dev@acme.test");
    const { oneTimePassword } = await owner.members.resetPassword.mutate({ tenant, id });
    expect(oneTimePassword).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    await owner.members.requireAction.mutate({ tenant, id, action: "second-factor" });
    await owner.members.resetSecondFactor.mutate({ tenant, id });
    expect(await operations()).toMatchObject([{ kind: "reset-password", sealed: true }, { kind: "require-action", sealed: false }, { kind: "reset-second-factor", sealed: false }]);
    const { member } = await owner.members.invite.mutate(nina);
    expect((await failureOf(owner.members.resetPassword.mutate({ tenant, id: member.id }))).code).toBe("phase-forbids");
    expect((await failureOf(owner.members.resetSecondFactor.mutate({ tenant, id: member.id }))).code).toBe("phase-forbids");
  });

  it("is not asked without end", async () => {
    const { id } = await memberOf("dev@acme.test");
    for (let time = 0; time < 10; time += 1) await owner.members.requireAction.mutate({ tenant, id, action: "new-password" });
    expect((await failureOf(owner.members.requireAction.mutate({ tenant, id, action: "new-password" }))).code).toBe("rate-limited");
  });
});

describe("a visit of support", () => {
  it("stands in the tenant's audit trail, once", async () => {
    const support = await app.client("support@postroom.test");
    for (let time = 0; time < 3; time += 1) await support.spaces.get.query(globex);
    const { items } = await (await app.client("owner@globex.test")).audit.search.query({ tenant: "globex", action: "tenant:enter" });
    expect(items).toMatchObject([{ actor: "support@postroom.test", objectName: "globex", after: { roles: ["support"] } }]);
  });
});
