import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acme, failureOf, startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";

const mebibyte = 1024 * 1024;
let app: TestConsole;
let dev: TestClient;
let owner: TestClient;

beforeAll(async () => {
  app = await startTestConsole();
  [dev, owner] = await Promise.all([app.client("dev@acme.test"), app.client("owner@acme.test")]);
});
afterAll(() => app?.[Symbol.asyncDispose]());

async function setQuota(limits: { addresses?: number; storedBytes?: number; credentials?: number }): Promise<void> {
  await app.admin.query("DELETE FROM address");
  await app.admin.query("DELETE FROM credential");
  await app.admin.query("UPDATE space_plan SET max_addresses = $1, max_stored_bytes = $2, max_credentials = $3 WHERE id = 'team'", [
    limits.addresses ?? 1_000, limits.storedBytes ?? 1_000_000 * mebibyte, limits.credentials ?? 50,
  ]);
}

describe("the quota of a space", () => {
  it("lets exactly 10 of 100 parallel creates at two consoles through when it is 10, and refuses the others with the figures", async () => {
    await setQuota({ addresses: 10 });
    // Two consoles, so that it is the database that keeps the count.
    await using other = await startTestConsole({ DATABASE_URL: app.database.consoleUrl });
    const consoles = [dev, await other.client("dev@acme.test")];
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        consoles[index % 2]!.addresses.create.mutate({ ...acme, type: "anycast", name: `parallel-${index}`, planId: "anycast-small" }).then(
          () => "created",
          (error: unknown) => failureOf(Promise.reject(error)),
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "created")).toHaveLength(10);
    const refusals = outcomes.filter((outcome) => outcome !== "created");
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ code: "quota-exceeded", limit: { name: "addresses", value: 10, used: 10, asked: 1 } });
    }
    const { rows } = await app.admin.query("SELECT (SELECT count(*)::int FROM address) AS addresses, (SELECT count(*)::int FROM audit_entry WHERE action = 'address:create') AS audited");
    expect(rows).toEqual([{ addresses: 10, audited: 10 }]);
  });

  it("stops a doomed wizard at its first step", async () => {
    expect(await failureOf(dev.addresses.validate.query({ ...acme, type: "queue", name: "doomed", step: "name" }))).toMatchObject({ code: "quota-exceeded" });
  });

  it("counts what plans reserve, names the nearest plan that fits, and counts rows until they are gone", async () => {
    await setQuota({ storedBytes: 115 * mebibyte });
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "first", planId: "queue-medium" });
    await dev.addresses.delete.mutate({ ...acme, name: "first" });
    const error = await failureOf(dev.addresses.create.mutate({ ...acme, type: "queue", name: "second", planId: "queue-medium" }));
    expect(error).toMatchObject({ code: "quota-exceeded", field: "planId", limit: { name: "storedBytes", value: 115 * mebibyte, used: 100 * mebibyte, asked: 100 * mebibyte } });
    expect(error.message).toBe("This space may have 115 MiB stored in all (space plan Team); 100 MiB are reserved, and this asks for 100 MiB more. The plan Small would fit.");
    const choices = await dev.plans.listChoices.query({ ...acme, type: "queue" });
    expect(choices.map(({ id, refusal }) => [id, refusal])).toEqual([["queue-small", null], ["queue-medium", error.message]]);
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "second", planId: "queue-small" });
    const none = await failureOf(dev.addresses.create.mutate({ ...acme, type: "queue", name: "third", planId: "queue-small" }));
    expect(none.message).toContain("Delete an address that is no longer needed, or ask your platform administrator");
    await dev.addresses.create.mutate({ ...acme, type: "anycast", name: "stores-nothing", planId: "anycast-small" });
  });

  it("shows the meters that are measured, before and after", async () => {
    await setQuota({ addresses: 20, storedBytes: 100 * mebibyte, credentials: 3 });
    await dev.addresses.create.mutate({ ...acme, type: "topic", name: "news", planId: "topic-small" });
    const space = await dev.spaces.get.query(acme);
    expect(space.quota).toEqual([
      { name: "addresses", used: 1, limit: 20 },
      { name: "storedBytes", used: 10 * mebibyte, limit: 100 * mebibyte },
      { name: "credentials", used: 0, limit: 3 },
    ]);
    const [small] = await dev.plans.listChoices.query({ ...acme, type: "queue" });
    expect(small?.quotaBefore).toEqual(space.quota);
    expect(small?.quotaAfter).toEqual([
      { name: "addresses", used: 2, limit: 20 },
      { name: "storedBytes", used: 20 * mebibyte, limit: 100 * mebibyte },
      { name: "credentials", used: 0, limit: 3 },
    ]);
  });

  it("holds for credentials made in parallel", async () => {
    await setQuota({ credentials: 3 });
    const permissions = [{ operations: ["send" as const], pattern: "*" }];
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, (_, index) => owner.credentials.create.mutate({ ...acme, name: `app-${index}`, permissions })));
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(3);
    const [refused] = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(await failureOf(Promise.reject(refused!.reason))).toMatchObject({ code: "quota-exceeded", limit: { name: "credentials", value: 3, used: 3, asked: 1 } });
  });
});
