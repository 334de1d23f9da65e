import { constants, createHash, createPrivateKey, privateDecrypt } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPlatform } from "#platform/test-platform.ts";
import { acme, failureOf, globex, startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;
let owner: TestClient;
let dev: TestClient;
let stranger: TestClient;
let nobody: TestClient;
const hashOf = (secret: string) => createHash("sha256").update(secret).digest();
const permissions = [{ operations: ["send" as const, "recv" as const], pattern: "orders/*" }];

beforeAll(async () => {
  app = await startTestConsole();
  [owner, dev, stranger, nobody] = await Promise.all([app.client("owner@acme.test"), app.client("dev@acme.test"), app.client("owner@globex.test"), app.client(null)]);
});
afterAll(() => app?.[Symbol.asyncDispose]());

describe("credentials.create", () => {
  it("answers the secret once, keeps it sealed for the provisioner only, and logs and audits it nowhere", async () => {
    const { credential, secret } = await owner.credentials.create.mutate({ ...acme, name: "billing", permissions });
    expect(credential).toMatchObject({ name: "billing", login: "acme.default.billing", permissions, phase: "Pending", createdBy: "owner@acme.test" });
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const { rows } = await app.admin.query("SELECT sealed_secret FROM credential WHERE name = 'billing'");
    const platform = await loadPlatform();
    const key = createPrivateKey(readFileSync(platform.env.provisioner.SEALING_PRIVATE_KEY_FILE!));
    const opened = privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, rows[0].sealed_secret);
    expect(opened.toString()).toBe(secret);
    expect(JSON.stringify(await dev.credentials.list.query(acme))).not.toContain(secret);
    const audit = await app.admin.query("SELECT action, object_name, after::text FROM audit_entry");
    expect(audit.rows).toMatchObject([{ action: "credential:create", object_name: "default/billing" }]);
    expect(JSON.stringify(audit.rows)).not.toContain(secret);
    expect(app.logLines.join("")).not.toContain(secret);
  });

  it("refuses bad names, empty permissions and bad patterns at their fields", async () => {
    expect(await failureOf(owner.credentials.create.mutate({ ...acme, name: "Bad Name", permissions }))).toMatchObject({ code: "invalid-input", field: "name" });
    expect(await failureOf(owner.credentials.create.mutate({ ...acme, name: "x", permissions: [] }))).toMatchObject({ code: "invalid-input", field: "permissions" });
    const pattern = [{ operations: ["send" as const], pattern: "a*b" }];
    expect(await failureOf(owner.credentials.create.mutate({ ...acme, name: "x", permissions: pattern }))).toMatchObject({ code: "invalid-input", field: "permissions.0.pattern" });
    expect(await failureOf(owner.credentials.create.mutate({ ...acme, name: "billing", permissions }))).toMatchObject({ code: "already-exists", field: "name" });
  });

  it("is for tenant-admins of the tenant", async () => {
    const input = { ...acme, name: "refused", permissions };
    expect((await failureOf(nobody.credentials.create.mutate(input))).code).toBe("unauthenticated");
    expect((await failureOf(dev.credentials.create.mutate(input))).code).toBe("forbidden");
    expect((await failureOf(stranger.credentials.create.mutate(input))).code).toBe("not-found");
  });
});

describe("a credential's end", () => {
  it("is kept and shown, and recorded in the audit trail", async () => {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const { credential } = await owner.credentials.create.mutate({ ...acme, name: "short-lived", permissions, expiresAt });
    expect(credential.expiresAt).toBe(expiresAt);
    expect((await app.admin.query("SELECT after FROM audit_entry WHERE object_name = 'default/short-lived'")).rows).toMatchObject([{ after: { expiresAt } }]);
    const past = new Date(Date.now() - 1_000).toISOString();
    expect(await failureOf(owner.credentials.create.mutate({ ...acme, name: "late", permissions, expiresAt: past }))).toMatchObject({ code: "invalid-input", field: "expiresAt" });
    await app.admin.query("DELETE FROM credential WHERE name = 'short-lived'");
  });
});

describe("credentials.rotate", () => {
  const input = { ...acme, name: "rotated", overlapHours: 24 };

  it("answers another secret once, and keeps the hash of the old one for the overlap", async () => {
    const { secret: first } = await owner.credentials.create.mutate({ ...acme, name: "rotated", permissions });
    expect(await failureOf(owner.credentials.rotate.mutate(input))).toMatchObject({ code: "phase-forbids" });
    await app.admin.query("UPDATE credential SET phase = 'Active', observed_generation = generation, sealed_secret = NULL WHERE name = 'rotated'");
    const asked = Date.now();
    const { credential, secret } = await owner.credentials.rotate.mutate(input);
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(secret).not.toBe(first);
    expect(credential).toMatchObject({ phase: "Configuring", rotatedAt: expect.any(String) });
    expect(Date.parse(credential.previousSecretUntil!)).toBeGreaterThanOrEqual(asked + 86_400_000);
    const { rows } = await app.admin.query("SELECT generation, sealed_secret IS NULL AS forgotten, secret_hash, previous_secret_hash FROM credential WHERE name = 'rotated'");
    expect(rows).toEqual([{ generation: 2, forgotten: false, secret_hash: hashOf(secret), previous_secret_hash: hashOf(first) }]);
    const audit = await app.admin.query("SELECT before::text, after::text FROM audit_entry WHERE action = 'credential:rotate' AND object_name = 'default/rotated' AND outcome = 'accepted'");
    expect(audit.rowCount).toBe(1);
    expect(JSON.stringify(audit.rows) + app.logLines.join("")).not.toContain(secret);
    expect((await failureOf(owner.credentials.rotate.mutate(input))).code).toBe("phase-forbids");
  });

  it("ends the overlap when asked, once", async () => {
    const ended = await owner.credentials.endPreviousSecret.mutate({ ...acme, name: "rotated" });
    expect(Date.parse(ended.previousSecretUntil!)).toBeLessThanOrEqual(Date.now());
    expect((await failureOf(owner.credentials.endPreviousSecret.mutate({ ...acme, name: "rotated" }))).code).toBe("conflict");
  });

  it("is for tenant-admins of the tenant, and for overlaps within reason", async () => {
    expect((await failureOf(nobody.credentials.rotate.mutate(input))).code).toBe("unauthenticated");
    expect((await failureOf(dev.credentials.rotate.mutate(input))).code).toBe("forbidden");
    expect((await failureOf(stranger.credentials.rotate.mutate(input))).code).toBe("not-found");
    expect((await failureOf(owner.credentials.rotate.mutate({ ...input, name: "nothing" }))).code).toBe("not-found");
    expect(await failureOf(owner.credentials.rotate.mutate({ ...input, overlapHours: -1 }))).toMatchObject({ code: "invalid-input", field: "overlapHours" });
    expect(await failureOf(owner.credentials.rotate.mutate({ ...input, overlapHours: 91 * 24 }))).toMatchObject({ code: "invalid-input", field: "overlapHours" });
    await app.admin.query("DELETE FROM credential WHERE name = 'rotated'");
  });
});

describe("credentials.preview", () => {
  it("counts the addresses that each pattern covers, by the rule of the gateway, and names the first", async () => {
    for (const name of ["orders/b", "orders/a", "orders", "invoices", "or_ers/x"]) await dev.addresses.create.mutate({ ...acme, type: "queue", name, planId: "queue-small" });
    const asked = ["orders/*", "orders.a", "or_ers*", "nothing", "*"].map((pattern) => ({ operations: ["send" as const], pattern }));
    expect(await dev.credentials.preview.query({ ...acme, permissions: asked })).toEqual([
      { pattern: "orders/*", count: 2, names: ["orders/a", "orders/b"] },
      { pattern: "orders.a", count: 1, names: ["orders/a"] },
      { pattern: "or_ers*", count: 1, names: ["or_ers/x"] },
      { pattern: "nothing", count: 0, names: [] },
      { pattern: "*", count: 5, names: expect.arrayContaining(["invoices", "orders", "orders/a", "orders/b", "or_ers/x"]) },
    ]);
    expect((await failureOf(stranger.credentials.preview.query({ ...acme, permissions }))).code).toBe("not-found");
  });
});

describe("credentials.list", () => {
  it("shows the space's credentials to its members, and nobody else's", async () => {
    await stranger.credentials.create.mutate({ ...globex, name: "billing", permissions });
    expect((await dev.credentials.list.query(acme)).map(({ login }) => login)).toEqual(["acme.default.billing"]);
    expect((await stranger.credentials.list.query(globex)).map(({ login }) => login)).toEqual(["globex.default.billing"]);
    expect((await failureOf(nobody.credentials.list.query(acme))).code).toBe("unauthenticated");
    expect((await failureOf(stranger.credentials.list.query(acme))).code).toBe("not-found");
    expect((await failureOf(dev.credentials.list.query({ ...acme, space: "Not A Slug" }))).field).toBe("space");
  });
});

describe("credentials.delete", () => {
  it("asks for the end once and forgets a secret that nobody has taken over", async () => {
    const input = { ...acme, name: "billing" };
    expect((await failureOf(nobody.credentials.delete.mutate(input))).code).toBe("unauthenticated");
    expect((await failureOf(dev.credentials.delete.mutate(input))).code).toBe("forbidden");
    expect((await failureOf(stranger.credentials.delete.mutate(input))).code).toBe("not-found");
    expect(await owner.credentials.delete.mutate(input)).toMatchObject({ phase: "Terminating" });
    const { rows } = await app.admin.query("SELECT phase, generation, sealed_secret FROM credential WHERE login = 'acme.default.billing'");
    expect(rows).toEqual([{ phase: "Terminating", generation: 2, sealed_secret: null }]);
    expect((await failureOf(owner.credentials.delete.mutate(input))).code).toBe("phase-forbids");
    expect((await failureOf(owner.credentials.delete.mutate({ ...acme, name: "nothing" }))).code).toBe("not-found");
    expect((await failureOf(owner.credentials.create.mutate({ ...input, permissions }))).message).toContain("being deleted");
    const audit = await app.admin.query("SELECT action FROM audit_entry WHERE object_name = 'default/billing' AND action = 'credential:delete'");
    expect(audit.rowCount).toBe(1);
  });
});

describe("credentials.retry", () => {
  it("has what waits or failed tried again at once, with an audit entry, and refuses where nothing is to be done and who may not", async () => {
    await owner.credentials.create.mutate({ ...acme, name: "stuck", permissions });
    const input = { ...acme, name: "stuck" };
    for (const [phase, after] of [["Failed", "Pending"], ["Terminating", "Terminating"]] as const) {
      await app.admin.query("UPDATE credential SET phase = $1, reason = 'Refused.', attempts = 9, next_attempt_at = now() + interval '1 hour' WHERE name = 'stuck'", [phase]);
      expect(await owner.credentials.retry.mutate(input)).toMatchObject({ phase: after, reason: null });
      expect((await app.admin.query("SELECT attempts, next_attempt_at <= now() AS due FROM credential WHERE name = 'stuck'")).rows).toEqual([{ attempts: 0, due: true }]);
      expect((await app.admin.query("SELECT before FROM audit_entry WHERE action = 'credential:retry' ORDER BY at DESC LIMIT 1")).rows).toEqual([{ before: { phase, reason: "Refused." } }]);
    }
    await app.admin.query("UPDATE credential SET phase = 'Active', observed_generation = generation WHERE name = 'stuck'");
    expect((await failureOf(owner.credentials.retry.mutate(input))).code).toBe("phase-forbids");
    expect((await failureOf(nobody.credentials.retry.mutate(input))).code).toBe("unauthenticated");
    expect((await failureOf(dev.credentials.retry.mutate(input))).code).toBe("forbidden");
    expect((await failureOf(stranger.credentials.retry.mutate(input))).code).toBe("not-found");
  });
});
