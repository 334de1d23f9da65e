import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guardRequest, isShallow } from "./guard-request.ts";

const url = "http://localhost:3000/api/trpc/addresses.create";
const json = { "content-type": "application/json" };
const depth = (value: unknown): number => (typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0);

async function statusOf(init: RequestInit, consoleUrl = "http://localhost:3000", at = url): Promise<number> {
  const answer = await guardRequest(new Request(at, init), consoleUrl);
  return answer instanceof Response ? answer.status : 200;
}

describe("the guard in front of tRPC", () => {
  it("lets GET and JSON by POST through, with the body unchanged", async () => {
    expect(await statusOf({})).toBe(200);
    const passed = await guardRequest(new Request(url, { method: "POST", headers: json, body: '{"name":"ü"}' }), "http://localhost:3000");
    expect(passed).toBeInstanceOf(Request);
    expect(await (passed as Request).json()).toEqual({ name: "ü" });
  });

  it.each(["PUT", "DELETE", "PATCH", "OPTIONS"])("refuses %s", async (method) => {
    expect(await statusOf({ method })).toBe(405);
  });

  it.each([undefined, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json-patch", "text/plain; application/json"])(
    "refuses a change as %s",
    async (type) => {
      expect(await statusOf({ method: "POST", body: "{}", headers: type === undefined ? {} : { "content-type": type } })).toBe(415);
    },
  );

  it("refuses pages of others, by Origin or by what the browser says of the request", async () => {
    for (const origin of ["http://evil.test", "null", "http://localhost:3001", "https://localhost:3000", "http://localhost:3000.evil.test"]) {
      expect(await statusOf({ method: "POST", body: "{}", headers: { ...json, origin } }), origin).toBe(403);
    }
    for (const site of ["cross-site", "same-site"]) expect(await statusOf({ headers: { "sec-fetch-site": site } }), site).toBe(403);
    expect(await statusOf({ headers: { origin: "http://127.0.0.1:3000", "sec-fetch-site": "same-origin" } })).toBe(200);
    expect(await statusOf({ headers: { origin: "http://localhost:3000" } }, "https://console.example.test")).toBe(403);
  });

  it("refuses bodies of 10 MB, with and without an honest length, and reads little of them", async () => {
    const body = JSON.stringify({ name: "x".repeat(10_000_000) });
    expect(await statusOf({ method: "POST", headers: { ...json, "content-length": String(body.length) }, body })).toBe(413);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    expect(await statusOf({ method: "POST", headers: json, body: endless, duplex: "half" } as RequestInit)).toBe(413);
    expect(sent).toBeLessThan(1_000_000);
  });

  it("refuses depth in bodies and in questions", async () => {
    const deep = `${"[".repeat(200)}${"]".repeat(200)}`;
    expect(await statusOf({ method: "POST", headers: json, body: deep })).toBe(400);
    expect(await statusOf({}, undefined, `${url}?input=${encodeURIComponent(deep)}`)).toBe(400);
    expect(await statusOf({}, undefined, `${url}?input=${"x".repeat(20_000)}`)).toBe(413);
  });
});

describe("the depth of JSON", () => {
  it("is measured as a parser would, brackets in strings aside", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 0, max: 7 }), (value, max) => {
        expect(isShallow(JSON.stringify(value), max)).toBe(depth(value) <= max);
      }),
    );
    expect(isShallow(String.raw`["\"[[[[", "]]\\"]`, 1)).toBe(true);
  });
});
