import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPlatform } from "#platform/test-platform.ts";
import { acme, failureOf, globex, startTestConsole, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;

beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app?.[Symbol.asyncDispose]());

describe("session.get", () => {
  it("tells a member who is calling, and names only the tenants entered by membership", async () => {
    const session = await (await app.client("dev@acme.test")).session.get.query();
    expect(session).toEqual({
      userId: "0195c000-0000-7000-8000-000000000012",
      email: "dev@acme.test",
      name: "Dana Developer",
      platformRoles: [],
      tenants: [{ slug: "acme", name: "Acme", roles: ["developer"], spaces: [{ slug: "default", name: "Default" }], closure: null }],
    });
  });

  it("lets platform roles enter every tenant, with no more than their own rights there", async () => {
    for (const [email, role] of [["support@postroom.test", "support"], ["admin@postroom.test", "platform-admin"]] as const) {
      const client = await app.client(email);
      const session = await client.session.get.query();
      expect(session.platformRoles).toEqual([role]);
      expect(session.tenants.map(({ slug, roles }) => [slug, roles])).toEqual([["acme", [role]], ["globex", [role]]]);
      expect((await client.spaces.get.query(globex)).slug).toBe("default");
      expect((await failureOf(client.addresses.create.mutate({ ...acme, type: "queue", name: "x", planId: "queue-small" }))).code).toBe("forbidden");
    }
  });

  it("asks for a login", async () => {
    expect(await failureOf((await app.client(null)).session.get.query())).toEqual({ code: "unauthenticated", message: "You are not logged in. Log in to go on." });
  });
});

describe("membership", () => {
  it("is read on each request: who is removed is out at once, who is added is in at once", async () => {
    const dev = await app.client("dev@globex.test");
    expect((await failureOf(dev.spaces.get.query(acme))).code).toBe("not-found");
    await app.admin.query("INSERT INTO membership (tenant_id, user_id, email, role) SELECT id, '0195c000-0000-7000-8000-000000000022', 'dev@globex.test', 'viewer' FROM tenant WHERE slug = 'acme'");
    expect((await dev.spaces.get.query(acme)).slug).toBe("default");
    expect((await failureOf(dev.addresses.create.mutate({ ...acme, type: "queue", name: "x", planId: "queue-small" }))).code).toBe("forbidden");
    await app.admin.query("DELETE FROM membership WHERE user_id = '0195c000-0000-7000-8000-000000000022' AND tenant_id = (SELECT id FROM tenant WHERE slug = 'acme')");
    expect((await failureOf(dev.spaces.get.query(acme))).code).toBe("not-found");
  });
});

describe("spaces.get", () => {
  it("answers plan, phase and the endpoints that are switched on", async () => {
    const space = await (await app.client("viewer@acme.test")).spaces.get.query(acme);
    const { env } = await loadPlatform();
    expect(space).toMatchObject({
      slug: "default",
      planName: "Team",
      endpoints: {
        amqp: env.console.AMQP_PUBLIC_URL,
        amqps: env.console.AMQPS_PUBLIC_URL,
        webSocket: env.console.WEBSOCKET_PUBLIC_URL,
        secureWebSocket: env.console.SECURE_WEBSOCKET_PUBLIC_URL,
      },
    });
  });

  it("refuses nobody, strangers and bad input", async () => {
    expect((await failureOf((await app.client(null)).spaces.get.query(acme))).code).toBe("unauthenticated");
    expect((await failureOf((await app.client("dev@globex.test")).spaces.get.query(acme))).code).toBe("not-found");
    expect(await failureOf((await app.client("dev@acme.test")).spaces.get.query({ tenant: "ACME!", space: "default" }))).toMatchObject({ code: "invalid-input", field: "tenant" });
  });
});

describe("plans.listChoices", () => {
  it("offers the plans of the type that the space plan allows, in the operator's order", async () => {
    const choices = await (await app.client("viewer@acme.test")).plans.listChoices.query({ ...acme, type: "topic" });
    expect(choices.map(({ id, type }) => [id, type])).toEqual([["topic-small", "topic"], ["topic-medium", "topic"]]);
  });

  it("refuses nobody, strangers and unknown types", async () => {
    const input = { ...acme, type: "queue" } as const;
    expect((await failureOf((await app.client(null)).plans.listChoices.query(input))).code).toBe("unauthenticated");
    expect((await failureOf((await app.client("owner@globex.test")).plans.listChoices.query(input))).code).toBe("not-found");
    const unknown = (await app.client("dev@acme.test")).plans.listChoices.query({ ...acme, type: "heap" as "queue" });
    expect(await failureOf(unknown)).toMatchObject({ code: "invalid-input", field: "type" });
  });
});
