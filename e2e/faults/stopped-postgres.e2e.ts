import { expect } from "@playwright/test";
import { phaseTimeoutMs } from "../support/console.ts";
import { paths } from "#contracts/paths.ts";
import { failureOf } from "./fault-bed.ts";
import { openAs, test } from "./test.ts";

const recoveryMs = 10_000;
const words = /^The console's database does not answer at the moment/;

test.describe("while Postgres is stopped", () => {
  test.afterEach(({ bed }) => bed.postgres.restore());

  test("every screen and call says so, the processes live on, and all of them work again within ten seconds without a restart", async ({ bed, browser }) => {
    const { tenant, space } = bed.scope;
    const api = await bed.api("dev@acme.test");
    const owner = await bed.api("owner@acme.test");
    await api.addresses.create.mutate({ ...bed.scope, type: "anycast", name: "on-screen", planId: "anycast-small" });
    const page = await openAs(browser, bed, "dev@acme.test", paths.addresses(tenant, space));
    await expect(page.getByRole("row", { name: /on-screen/ })).toBeVisible();

    await bed.postgres.cut();
    const permissions = [{ operations: ["send" as const], pattern: "*" }];
    for (const call of [
      () => api.addresses.list.query(bed.scope),
      () => api.addresses.create.mutate({ ...bed.scope, type: "queue", name: "never", planId: "queue-small" }),
      () => api.addresses.delete.mutate({ ...bed.scope, name: "on-screen" }),
      () => api.testClient.open.mutate({ ...bed.scope, name: "on-screen" }),
      () => owner.credentials.create.mutate({ ...bed.scope, name: "never", permissions }),
    ]) {
      expect(await failureOf(call())).toMatchObject({ code: "unavailable", message: expect.stringMatching(words) });
    }
    await expect.poll(async () => bed.healthOf("console")).toMatchObject({ live: true, ready: false, parts: { database: { ok: false, reason: "The console's database does not answer." }, login: { ok: true } } });
    await expect.poll(async () => bed.healthOf("provisioner")).toMatchObject({ live: true, ready: false, parts: { database: { ok: false } } });
    await page.reload();
    await expect(page.getByRole("heading", { name: "A part does not answer" })).toBeVisible();
    await expect(page.getByText("The console's database does not answer at the moment")).toBeVisible();

    await bed.postgres.restore();
    const restoredAt = performance.now();
    await expect.poll(async () => (await bed.healthOf("console")).ready, { timeout: recoveryMs }).toBe(true);
    await expect.poll(async () => (await bed.healthOf("provisioner")).ready, { timeout: recoveryMs }).toBe(true);
    await api.addresses.create.mutate({ ...bed.scope, type: "queue", name: "afterwards", planId: "queue-small" });
    await expect.poll(async () => (await api.addresses.get.query({ ...bed.scope, name: "afterwards" })).phase, { timeout: recoveryMs }).toBe("Active");
    expect(performance.now() - restoredAt).toBeLessThan(recoveryMs);
    await expect(page.getByRole("row", { name: /afterwards/ })).toHaveText(/Active/);
    expect(await failureOf(api.addresses.get.query({ ...bed.scope, name: "never" }))).toMatchObject({ code: "not-found" });
    expect((await api.addresses.get.query({ ...bed.scope, name: "on-screen" })).phase).toBe("Active");
    expect([bed.console.isRunning, bed.provisioner.isRunning, bed.gateway.isRunning]).toEqual([true, true, true]);
    await page.context().close();
  });

  test("creates that it interrupts are done wholly or not at all, each with its audit entry, and what was confirmed is there", async ({ bed }) => {
    const api = await bed.api("dev@acme.test");
    const names = Array.from({ length: 40 }, (_, index) => `half/${index}`);
    let confirmed = 0;
    const calls = names.map(async (name) => {
      await api.addresses.create.mutate({ ...bed.scope, type: "multicast", name, planId: "multicast-small" });
      confirmed += 1;
      // From here, not from a look at it: on a busy machine that could come when all are done.
      if (confirmed === 4) await bed.postgres.cut();
      return name;
    });
    const results = await Promise.allSettled(calls);
    await bed.postgres.restore();

    const refused = results.filter((result) => result.status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(await failureOf(Promise.reject(reason))).toMatchObject({ code: "unavailable" });
    const namesIn = async (query: string): Promise<string[]> => (await bed.sql.query<{ name: string }>(query)).rows.map(({ name }) => name);
    const rows = await namesIn("SELECT name FROM address WHERE name LIKE 'half/%' ORDER BY 1");
    expect(rows).toEqual(await namesIn("SELECT substr(object_name, length('main/') + 1) AS name FROM audit_entry WHERE object_name LIKE 'main/half/%' ORDER BY 1"));
    expect(rows).toEqual(expect.arrayContaining(results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []))));
    await expect
      // What was claimed when the database went waits for the end of its claim.
      .poll(async () => (await bed.sql.query<{ phase: string }>("SELECT DISTINCT phase FROM address WHERE name LIKE 'half/%'")).rows, { timeout: phaseTimeoutMs })
      .toEqual([{ phase: "Active" }]);
  });
});
