import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPlatform } from "#platform/test-platform.ts";
import { checkHealth } from "../health/check-health.ts";
import { RateLimiter } from "./rate-limit.ts";
import { provisionerToken } from "../testing/provisioner-token.ts";
import { acme, failureOf, startTestConsole, tokenOf, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;
const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const question = (path: string, input: unknown): string => `${path}?input=${encodeURIComponent(JSON.stringify(input))}`;

beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app?.[Symbol.asyncDispose]());

async function errorOf(response: Response) {
  const text = await response.text();
  expect(text, "no stack leaves").not.toMatch(/\bat .+\.ts:|node_modules|stack/);
  return (JSON.parse(text) as { error: { message: string; data: { postroom: { code: string; message: string; field?: string } } } }).error;
}

describe("the API over HTTP", () => {
  it("answers the same shape and status for no token, garbage and a foreign one", async () => {
    const answers = [];
    for (const authorization of [undefined, "Bearer garbage", `Bearer ${await provisionerToken()}`]) {
      const response = await app.request("session.get", { headers: authorization ? { authorization } : {} });
      expect(response.status).toBe(401);
      answers.push(await errorOf(response));
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it("never changes anything by GET", async () => {
    const headers = { authorization: `Bearer ${await tokenOf("dev@acme.test")}` };
    const response = await app.request(question("addresses.create", { ...acme, type: "queue", name: "by-get", planId: "queue-small" }), { headers });
    expect(response.status).toBe(405);
    expect((await errorOf(response)).data.postroom.code).toBe("invalid-input");
    const deletion = await app.request(question("addresses.delete", { ...acme, name: "by-get" }), { headers });
    expect(deletion.status).toBe(405);
    expect((await app.admin.query("SELECT 1 FROM address")).rowCount).toBe(0);
  });

  it("answers a question by POST with 405, an unknown operation with 404, broken JSON with 400", async () => {
    const headers = { authorization: `Bearer ${await tokenOf("dev@acme.test")}` };
    expect((await app.request("spaces.get", post(acme, headers))).status).toBe(405);
    const unknown = await app.request("addresses.explode", { headers });
    expect(unknown.status).toBe(404);
    expect((await errorOf(unknown)).message).not.toContain("explode");
    const broken = await app.request("addresses.create", post("{not json", headers));
    expect(broken.status).toBe(400);
    expect((await errorOf(broken)).data.postroom.code).toBe("invalid-input");
  });

  it("refuses a batch of 1,000 calls as one, and begins none of them", async () => {
    const answered = () => [...app.services.metrics.text({ streams: 0, database: app.services.database.connections }).matchAll(/^postroom_console_calls_total.* (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
    await app.request("session.get");
    const before = answered();
    expect(before).toBeGreaterThan(0);
    const paths = Array.from({ length: 1_000 }, () => "session.get").join(",");
    const response = await app.request(`${paths}?batch=1&input=%7B%7D`);
    expect(response.status).toBe(400);
    expect((await errorOf(response)).data.postroom.code).toBe("invalid-input");
    expect(answered()).toBe(before);
  });

  it("does not let `__proto__` reach into anything", async () => {
    const headers = { authorization: `Bearer ${await tokenOf("dev@acme.test")}` };
    const body = '{"__proto__":{"tenant":"acme","space":"default","polluted":true},"constructor":{"prototype":{"polluted":true}},"type":"queue","name":"x","planId":"queue-small"}';
    const response = await app.request("addresses.create", post(body, headers));
    expect(response.status).toBe(400);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("says of bad input which field and why, in words", async () => {
    const headers = { authorization: `Bearer ${await tokenOf("dev@acme.test")}` };
    const error = await errorOf(await app.request("addresses.create", post({ ...acme, type: "queue", name: "a b", planId: "queue-small" }, headers)));
    expect(error.data).toEqual({
      code: "BAD_REQUEST",
      httpStatus: 400,
      postroom: { code: "invalid-input", message: "A name has no spaces, line breaks or invisible characters.", field: "name" },
    });
  });

  it("keeps answers out of caches", async () => {
    expect((await app.request("session.get")).headers.get("cache-control")).toBe("no-store");
  });

  it("logs no token", async () => {
    const token = await tokenOf("dev@acme.test");
    await app.request("session.get", { headers: { authorization: `Bearer ${token}x` } });
    expect(app.logLines.join("")).not.toContain(token.slice(-40));
  });
});

describe("too many calls", () => {
  // So few that no pause of the machine fills them up again.
  const few = { perSecond: 0.001, burst: 3 };

  it("of one address are refused with 429 and the time to wait, and leave other addresses alone", async () => {
    await using own = await startTestConsole();
    Object.assign(own.services.rateLimits, { address: new RateLimiter(few) });
    const ask = (address: string) => own.request("session.get", { headers: { "x-forwarded-for": address } });
    for (let call = 0; call < 3; call += 1) expect((await ask("192.0.2.1")).status).toBe(401);
    const refused = await ask("192.0.2.1");
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await errorOf(refused)).data.postroom.code).toBe("rate-limited");
    expect((await ask("192.0.2.2")).status).toBe(401);
  });

  it("of one person are refused, batches call by call, and leave other people alone", async () => {
    await using own = await startTestConsole();
    Object.assign(own.services.rateLimits, { person: new RateLimiter(few) });
    const batch = async (email: string): Promise<(string | undefined)[]> => {
      const paths = Array.from({ length: 5 }, () => "session.get").join(",");
      const response = await own.request(`${paths}?batch=1&input=%7B%7D`, { headers: { authorization: `Bearer ${await tokenOf(email)}` } });
      return ((await response.json()) as { error?: { data: { postroom: { code: string } } } }[]).map(({ error }) => error?.data.postroom.code);
    };
    expect((await batch("dev@acme.test")).filter((code) => code === "rate-limited")).toHaveLength(2);
    expect((await batch("viewer@acme.test")).filter((code) => code === undefined)).toHaveLength(3);
  });
});

describe("a part that is gone", () => {
  it("is the database: people read a sentence, and `health` says which part", async () => {
    const platform = await loadPlatform();
    await using broken = await startTestConsole({ DATABASE_URL: platform.env.console.DATABASE_URL!.replace(/:\d+\//, ":9/") });
    const dev = await broken.client("dev@acme.test");
    const error = await failureOf(dev.session.get.query());
    expect(error).toEqual({
      code: "unavailable",
      message: "The console's database does not answer at the moment. Try again in a minute, and look first whether a change that you asked for was made.",
    });
    const health = await checkHealth(broken.services);
    expect(health).toMatchObject({ live: true, ready: false, parts: { database: { ok: false, reason: "The console's database does not answer." }, login: { ok: true } } });
  });

  it("is Keycloak on a cold start: 503 and a sentence, and ready again when it is back", async () => {
    const platform = await loadPlatform();
    const realm = `${platform.keycloak.url}/realms/${platform.keycloak.realm}`;
    let isUp = false;
    // Stands in the way of the real Keycloak, so that it can be away without stopping the shared one.
    const gate = createServer((request, response) => {
      if (!isUp) return void response.writeHead(503).end();
      void fetch(`${platform.keycloak.url}${request.url}`).then(async (answer) => response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text()));
    });
    await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
    const gateUrl = `http://127.0.0.1:${(gate.address() as AddressInfo).port}`;
    try {
      await using app2 = await startTestConsole({ KEYCLOAK_URL: gateUrl });
      // Tokens name the real issuer, whichever way the keys come.
      Object.assign(app2.services.tokenRules, { issuer: realm });
      const response = await app2.request("session.get", { headers: { authorization: `Bearer ${await tokenOf("dev@acme.test")}` } });
      expect(response.status).toBe(503);
      expect((await errorOf(response)).message).toContain("The login service does not answer");
      expect((await checkHealth(app2.services)).parts.login).toMatchObject({ ok: false });
      isUp = true;
      const dev = await app2.client("dev@acme.test");
      await expect.poll(() => dev.session.get.query().then((session) => session.email, () => "not yet"), { timeout: 5_000 }).toBe("dev@acme.test");
    } finally {
      gate.close();
    }
  });

  it("is nothing: health is ready", async () => {
    expect(await checkHealth(app.services)).toEqual({ live: true, ready: true, parts: { database: { ok: true }, login: { ok: true } } });
  });
});
