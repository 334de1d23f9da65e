import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { decodeJwt, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPlatform } from "#platform/test-platform.ts";
import { ticketAlgorithm, ticketAudience, ticketClaimsSchema, ticketIssuer } from "#contracts/test-client/ticket.ts";
import { acme, failureOf, startTestConsole, tokenOf, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;

beforeAll(async () => {
  app = await startTestConsole();
  const dev = await app.client("dev@acme.test");
  await dev.addresses.create.mutate({ ...acme, type: "queue", name: "orders", planId: "queue-small" });
  await dev.addresses.create.mutate({ ...acme, type: "queue", name: "unready", planId: "queue-small" });
  await app.admin.query("UPDATE address SET phase = 'Active' WHERE name = 'orders'");
});
afterAll(() => app?.[Symbol.asyncDispose]());

describe("testClient.open", () => {
  it("answers a ticket for this address alone, signed for the gateway, and audits it", async () => {
    const session = await (await app.client("dev@acme.test")).testClient.open.mutate({ ...acme, name: "orders" });
    const platform = await loadPlatform();
    const key = createPublicKey(readFileSync(platform.env.gateway.TICKET_PUBLIC_KEY_FILE!));
    const { payload } = await jwtVerify(session.ticket, key, { issuer: ticketIssuer, audience: ticketAudience, algorithms: [ticketAlgorithm] });
    const claims = ticketClaimsSchema.parse(payload);
    expect(claims).toMatchObject({ space: "acme.default", sub: "dev@acme.test", permissions: [{ operations: ["send", "recv"], pattern: "orders" }] });
    expect(claims.exp - claims.iat).toBe(30);
    expect(claims.session_ends_at - claims.iat).toBe(1800);
    expect(session).toMatchObject({ webSocketUrl: platform.env.console.WEBSOCKET_PUBLIC_URL, login: claims.sub, loginBefore: new Date(claims.exp * 1000).toISOString() });
    const { rows } = await app.admin.query("SELECT action, object_name, actor_email FROM audit_entry WHERE action = 'message:test'");
    expect(rows).toEqual([{ action: "message:test", object_name: "default/orders", actor_email: "dev@acme.test" }]);
    expect(app.logLines.join("")).not.toContain(session.ticket);
  });

  it("notes the login that it was opened from, once, and until when, for the provisioner to watch", async () => {
    const token = await tokenOf("owner@acme.test");
    const owner = app.clientWithToken(token);
    await owner.testClient.open.mutate({ ...acme, name: "orders" });
    const { sessionEndsAt, ticket } = await owner.testClient.open.mutate({ ...acme, name: "orders" });
    const { sub, sid } = decodeJwt(token);
    expect(decodeJwt(ticket).login_session).toBe(sid);
    expect(sid).toEqual(expect.any(String));
    const { rows } = await app.admin.query("SELECT user_id, login_session_id, email, ends_at FROM test_session WHERE email = 'owner@acme.test'");
    expect(rows).toEqual([{ user_id: sub, login_session_id: sid, email: "owner@acme.test", ends_at: new Date(sessionEndsAt) }]);
  });

  it("never answers the same ticket twice", async () => {
    const dev = await app.client("dev@acme.test");
    const [first, second] = await Promise.all([dev.testClient.open.mutate({ ...acme, name: "orders" }), dev.testClient.open.mutate({ ...acme, name: "orders" })]);
    expect(first.ticket).not.toBe(second.ticket);
  });

  it("opens Active addresses only, and leaves no audit entry for a refusal", async () => {
    const before = (await app.admin.query("SELECT 1 FROM audit_entry")).rowCount;
    const error = await failureOf((await app.client("dev@acme.test")).testClient.open.mutate({ ...acme, name: "unready" }));
    expect(error).toEqual({ code: "phase-forbids", message: "The address is not set up yet. It opens by itself when it is Active." });
    expect((await app.admin.query("SELECT 1 FROM audit_entry")).rowCount).toBe(before);
  });

  it("is not for viewers, support, strangers or nobody, and finds only what is there", async () => {
    const input = { ...acme, name: "orders" };
    expect((await failureOf((await app.client(null)).testClient.open.mutate(input))).code).toBe("unauthenticated");
    expect((await failureOf((await app.client("viewer@acme.test")).testClient.open.mutate(input))).code).toBe("forbidden");
    expect((await failureOf((await app.client("support@postroom.test")).testClient.open.mutate(input))).code).toBe("forbidden");
    expect((await failureOf((await app.client("dev@globex.test")).testClient.open.mutate(input))).code).toBe("not-found");
    expect((await failureOf((await app.client("dev@acme.test")).testClient.open.mutate({ ...acme, name: "nothing" }))).code).toBe("not-found");
    expect((await failureOf((await app.client("dev@acme.test")).testClient.open.mutate({ ...acme, name: "" }))).field).toBe("name");
  });

  it("says when there is no entrance that a browser can use", async () => {
    await using closed = await startTestConsole({ WEBSOCKET_PUBLIC_URL: null, SECURE_WEBSOCKET_PUBLIC_URL: null });
    const error = await failureOf((await closed.client("dev@acme.test")).testClient.open.mutate({ ...acme, name: "orders" }));
    expect(error.code).toBe("unavailable");
  });
});
