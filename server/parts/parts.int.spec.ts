import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestConsole, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;

beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app?.[Symbol.asyncDispose]());

describe("parts.list", () => {
  it("says of each broker and gateway when it was compared, what was repaired there ever, and what nobody asked for", async () => {
    const [compared, repaired] = ["2026-01-02T00:00:00.000Z", "2026-01-01T00:00:00.000Z"];
    await app.admin.query(
      "INSERT INTO drift_report (part, compared_at, repaired, last_repaired_at, unknown, unknown_with_messages) VALUES ('gateway:one', $1, 0, NULL, 0, 0), ('broker:main', $1, 7, $2, 3, 2)",
      [compared, repaired],
    );
    for (const email of ["support@postroom.test", "admin@postroom.test"]) {
      expect(await (await app.client(email)).parts.list.query()).toEqual([
        { kind: "broker", name: "main", comparedAt: compared, repaired: 7, lastRepairedAt: repaired, unknown: 3, unknownWithMessages: 2 },
        { kind: "gateway", name: "one", comparedAt: compared, repaired: 0, lastRepairedAt: null, unknown: 0, unknownWithMessages: 0 },
      ]);
    }
  });

  it("is for platform roles", async () => {
    expect((await failureOf((await app.client("owner@acme.test")).parts.list.query())).code).toBe("forbidden");
    expect((await failureOf((await app.client(null)).parts.list.query())).code).toBe("unauthenticated");
  });
});
