import { expect } from "@playwright/test";
import { paths } from "#contracts/paths.ts";
import { makeCredential } from "./make-credential.ts";
import { logIn, type Program } from "./program.ts";
import { openAs, test } from "./test.ts";

test.describe("while Keycloak is stopped", () => {
  test.afterEach(({ bed }) => bed.keycloak.restore());

  test("who is logged in works on, a new credential waits in words, and it can log in when Keycloak is back", async ({ bed, browser }) => {
    const { tenant, space } = bed.scope;
    const { ports, keycloak } = bed.platform;
    const owner = await bed.api("owner@acme.test");
    const page = await openAs(browser, bed, "owner@acme.test", paths.credentials(tenant, space));
    await expect(page.getByRole("heading", { level: 1, name: "Credentials" })).toBeVisible();

    await bed.keycloak.cut();
    await page.context().route(`${keycloak.url}/**`, (route) => route.abort("connectionrefused"));
    const { credential, secret } = await owner.credentials.create.mutate({ ...bed.scope, name: "late", permissions: [{ operations: ["send"], pattern: "*" }] });
    await expect(page.getByText(/Waiting for Keycloak, which .*; tried .*, next try in \d+ s\./)).toBeVisible();
    await owner.addresses.create.mutate({ ...bed.scope, type: "queue", name: "made-without-keycloak", planId: "queue-small" });
    await page.getByRole("link", { name: "Addresses" }).click();
    await expect(page.getByRole("row", { name: /made-without-keycloak/ })).toHaveText(/Active/);
    expect((await bed.healthOf("provisioner")).parts["keycloak"]).toMatchObject({ ok: false, reason: expect.stringMatching(/^does not answer|^did not answer/) });
    expect((await bed.healthOf("console")).ready).toBe(true);
    expect(await logIn(ports.amqp, credential.login, secret)).toMatchObject({ condition: "amqp:unauthorized-access" });

    await bed.keycloak.restore();
    await expect.poll(async () => (await owner.credentials.list.query(bed.scope)).find(({ name }) => name === "late")).toMatchObject({ phase: "Active", reason: null });
    using program = (await logIn(ports.amqp, credential.login, secret)) as Program;
    expect(program.isOpen).toBe(true);
    await page.context().close();
  });

  test("a program's right secret meets a temporary failure and not a refusal, and gets in when Keycloak is back", async ({ bed }) => {
    const { login, secret } = await makeCredential(bed, "unlucky");

    await bed.keycloak.cut();
    // rhea says amqp:internal-error for the SASL outcomes sys, sys-perm and sys-temp, with the outcome's number: 4 is sys-temp.
    expect(await logIn(bed.platform.ports.amqp, login, secret)).toEqual({ condition: "amqp:internal-error", description: "Failed to authenticate: 4" });

    await bed.keycloak.restore();
    using program = (await logIn(bed.platform.ports.amqp, login, secret)) as Program;
    expect(program.isOpen).toBe(true);
    expect(await logIn(bed.platform.ports.amqp, login, "wrong")).toEqual({ condition: "amqp:unauthorized-access", description: "Failed to authenticate: 1" });
  });

  test("who is not logged in is told that the login service does not answer, and is led to it when it does", async ({ bed, browser }) => {
    const context = await browser.newContext();
    await context.route(`${bed.platform.keycloak.url}/**`, (route) => route.abort("connectionrefused"));
    const page = await context.newPage();
    await page.goto(bed.consoleUrl);
    await expect(page.getByRole("heading", { name: "The login service does not answer" })).toBeVisible();
    await expect(page.getByText("Keycloak is starting, stopped, or cannot be reached from here. It is tried again by itself")).toBeVisible();
    await context.unrouteAll();
    await page.getByRole("button", { name: "Try now" }).click();
    await expect(page.getByRole("button", { name: "Sign In" })).toBeVisible();
    await context.close();
  });

  test("a console that starts meanwhile says that logins cannot be checked, and recovers without a restart", async ({ bed }) => {
    const api = await bed.api("dev@acme.test");
    await bed.keycloak.cut();
    await bed.console.kill();
    bed.console.launch();
    await expect.poll(async () => bed.healthOf("console").catch(() => undefined)).toMatchObject({
      live: true,
      ready: false,
      parts: { database: { ok: true }, login: { ok: false, reason: "Keycloak does not answer, and no keys are held to check logins with." } },
    });
    await expect(api.spaces.get.query(bed.scope)).rejects.toThrow(/^The login service does not answer, so logins cannot be checked at the moment\./);

    await bed.keycloak.restore();
    await expect.poll(async () => (await bed.healthOf("console")).ready).toBe(true);
    expect(await api.spaces.get.query(bed.scope)).toMatchObject({ slug: bed.scope.space });
  });
});
