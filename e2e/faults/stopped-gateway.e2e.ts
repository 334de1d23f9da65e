import { expect } from "@playwright/test";
import { paths } from "#contracts/paths.ts";
import { makeCredential } from "./make-credential.ts";
import { logIn, type Exchange, type Program } from "./program.ts";
import { openAs, test } from "./test.ts";

/** The test client's longest pause before it tries again by itself. */
const longestRetryMs = 20_000;

test.describe("when the gateway is killed", () => {
  test.afterEach(async ({ bed }) => {
    if (!bed.gateway.isRunning) await bed.gateway.start();
  });

  test("the test client says so and offers a retry, new addresses wait in words, and with the gateway back all of it works", async ({ bed, browser }) => {
    const { tenant, space } = bed.scope;
    const api = await bed.api("dev@acme.test");
    await api.addresses.create.mutate({ ...bed.scope, type: "anycast", name: "tried", planId: "anycast-small" });
    const page = await openAs(browser, bed, "dev@acme.test", paths.tryAddress(tenant, space, "tried"));
    await expect(page.getByRole("status", { name: "Send link" })).toContainText("Nobody listens");
    const { login, secret } = await makeCredential(bed, "survivor");

    await bed.gateway.kill();
    await expect(page.getByText("The gateway does not answer or is full, or the connection to it was lost. It is tried again by itself.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Try now" })).toBeVisible();
    await expect(page.getByRole("status", { name: "Send link" })).toHaveText(/not attached/);
    for (const type of ["queue", "multicast"] as const) await api.addresses.create.mutate({ ...bed.scope, type, name: `waits-for-gateway-${type}`, planId: `${type}-small` });
    for (const type of ["queue", "multicast"]) {
      await expect
        .poll(async () => api.addresses.get.query({ ...bed.scope, name: `waits-for-gateway-${type}` }))
        .toMatchObject({ phase: expect.stringMatching(/Pending|Configuring/), reason: expect.stringMatching(/^Waiting for a gateway, which is not there: .*; tried .*, next try in \d+ s\.$/) });
    }
    expect((await bed.healthOf("provisioner")).parts["gateway:main"]).toMatchObject({ ok: false, reason: expect.stringMatching(/\w+ \w+/) });

    await bed.gateway.start();
    for (const type of ["queue", "multicast"]) {
      await expect.poll(async () => (await api.addresses.get.query({ ...bed.scope, name: `waits-for-gateway-${type}` })).phase).toBe("Active");
    }
    const rows = await bed.sql.query<{ name: string }>("SELECT a.name FROM address a JOIN tenant t ON t.id = a.tenant_id WHERE t.slug = $1 ORDER BY a.name COLLATE \"C\"", [tenant]);
    await expect.poll(() => bed.observer.atGateway().catch(() => undefined)).toEqual(rows.rows.map(({ name }) => name));

    await expect(page.getByRole("status", { name: "Send link" })).toContainText("Nobody listens", { timeout: longestRetryMs });
    await page.getByRole("button", { name: "Start receiving" }).click();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect(page.getByLabel("Received messages").getByText("Hello from Postroom").first()).toBeVisible();
    await expect(page.getByLabel("Sent messages").getByText("accepted")).toBeVisible();
    await page.context().close();

    using program = (await logIn(bed.platform.ports.amqp, login, secret)) as Program;
    const exchange = (await program.attach("waits-for-gateway-queue")) as Exchange;
    expect(await exchange.roundTrip("over the new gateway")).toBe("accepted");
  });
});
