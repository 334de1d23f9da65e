import type { Page } from "@playwright/test";
import { paths } from "#contracts/paths.ts";
import { apiOf } from "../support/api.ts";
import { acme, fillInLogin, logInForTheFirstTime, makeAddress, openTestClient, phaseTimeoutMs } from "../support/console.ts";
import { oneTimeCode } from "../support/one-time-code.ts";
import { expect, test } from "../support/test.ts";

const freshEmail = (): string => `nina-${crypto.randomUUID().slice(0, 8)}@people.test`;

function expectInside(page: Page): Promise<void> {
  return expect(page.getByRole("heading", { name: "Addresses", level: 1 })).toBeVisible({ timeout: phaseTimeoutMs });
}

/** Sets up an authenticator app as Keycloak wants it, and answers its key. */
async function setUpSecondFactor(page: Page): Promise<string> {
  await expect(page.getByRole("heading", { name: "Mobile Authenticator Setup" })).toBeVisible();
  const secret = await page.locator("#totpSecret").inputValue();
  await page.locator("#totp").fill(oneTimeCode(secret));
  await page.getByRole("button", { name: "Submit" }).click();
  await expectInside(page);
  return secret;
}

test("a tenant-admin makes an account with a one-time password, which the person changes and works with; removed, the open page says so", async ({ openAs, browser, baseURL }) => {
  test.setTimeout(150_000);
  const email = freshEmail();
  await using address = await makeAddress("queue");
  const owner = await openAs("owner@acme.test", paths.members(acme.tenant));
  await owner.getByRole("button", { name: "Add member" }).click();
  await owner.getByRole("textbox", { name: "E-mail address" }).fill(email);
  await owner.getByRole("textbox", { name: "Name" }).fill("Nina New");
  await owner.getByRole("radio", { name: "With a one-time password" }).check();
  await owner.getByRole("button", { name: "Make the account" }).click();
  const dialog = owner.getByRole("dialog", { name: `One-time password for ${email}` });
  const password = await dialog.locator("[data-secret]").innerText();
  await expect(dialog.getByRole("status", { name: "Account" })).toHaveText("It can be used now.", { timeout: phaseTimeoutMs });
  await dialog.getByRole("button", { name: "Done" }).click();
  const row = owner.getByRole("row", { name: new RegExp(email) });
  await expect(row).toContainText("active");
  await expect(row).toContainText("never");
  await expect(owner.getByRole("main")).not.toContainText(password);

  const context = await browser.newContext({ baseURL });
  const nina = await context.newPage();
  await nina.goto(paths.addresses(acme.tenant, acme.space));
  await logInForTheFirstTime(nina, email, password);
  await expect(nina.getByRole("heading", { name: "Addresses", level: 1 })).toBeVisible({ timeout: phaseTimeoutMs });
  await openTestClient(nina, address.name);
  await owner.reload();
  await expect(row).not.toContainText("never");

  await row.getByRole("button", { name: `Actions for ${email}` }).click();
  await owner.getByRole("menuitem", { name: "Remove" }).click();
  await owner.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(row).toHaveCount(0);
  await expect(nina.getByRole("heading", { name: "You no longer have access here" })).toBeVisible({ timeout: phaseTimeoutMs });
  await expect(nina.getByRole("button", { name: "Log out" })).toBeVisible();
  await context.close();
});

test("a second factor that the tenant-admin requires is set up and asked for at each login, and set up anew once the admin has reset it", async ({ openAs, browser, baseURL }) => {
  test.setTimeout(180_000);
  const email = freshEmail();
  const api = await apiOf("owner@acme.test");
  const { member, oneTimePassword } = await api.members.create.mutate({ tenant: acme.tenant, email, name: "Nina New", role: "viewer" });
  const isDone = async (): Promise<boolean> => (await api.members.list.query({ tenant: acme.tenant, search: email }))[0]?.operation === null;
  await expect.poll(isDone, { timeout: phaseTimeoutMs }).toBe(true);
  const owner = await openAs("owner@acme.test", `${paths.members(acme.tenant)}?search=${email}`);
  const act = async (item: string, button: string): Promise<void> => {
    await owner.getByRole("button", { name: `Actions for ${email}` }).click();
    await owner.getByRole("menuitem", { name: item }).click();
    await owner.getByRole("dialog").getByRole("button", { name: button }).click();
    await expect(owner.getByRole("dialog")).toHaveCount(0);
    await expect.poll(isDone, { timeout: phaseTimeoutMs }).toBe(true);
  };
  /** Somebody at a browser that was never here, before the login page. */
  const arrive = async (): Promise<Page> => {
    const page = await (await browser.newContext({ baseURL })).newPage();
    await page.goto(paths.addresses(acme.tenant, acme.space));
    return page;
  };
  const first = await arrive();
  await logInForTheFirstTime(first, email, oneTimePassword);
  await expectInside(first);
  await act("Require a second factor", "Require");
  const second = await arrive();
  await fillInLogin(second, email);
  const secret = await setUpSecondFactor(second);

  const third = await arrive();
  await fillInLogin(third, email);
  const code = third.locator("#otp");
  await code.fill("000000");
  await third.getByRole("button", { name: "Sign In" }).click();
  await expect(third.getByText("Invalid authenticator code.")).toBeVisible();
  await code.fill(oneTimeCode(secret, 1));
  await third.getByRole("button", { name: "Sign In" }).click();
  await expectInside(third);

  await act("Reset second factor", "Reset second factor");
  const fourth = await arrive();
  await fillInLogin(fourth, email);
  expect(await setUpSecondFactor(fourth)).not.toBe(secret);
  for (const page of [first, second, third, fourth]) await page.context().close();
  await api.members.remove.mutate({ tenant: acme.tenant, id: member.id });
});

test("an invitation is accepted by somebody with an account, who then switches between tenants, and by somebody new", async ({ openAs, browser, baseURL }) => {
  test.setTimeout(150_000);
  const email = freshEmail();
  const api = await apiOf("owner@acme.test");
  const known = await api.members.invite.mutate({ tenant: acme.tenant, email: freshEmail(), name: "Dima Developer", role: "viewer" });
  const unknown = await api.members.invite.mutate({ tenant: acme.tenant, email, name: "Nina New", role: "developer" });

  const newcomer = await (await browser.newContext({ baseURL })).newPage();
  await newcomer.goto(unknown.link!);
  await expect(newcomer.getByText(`${email} is invited to the tenant Acme as developer`)).toBeVisible();
  await newcomer.getByRole("button", { name: "I am new" }).click();
  const password = await newcomer.locator("[data-secret]").innerText();
  await newcomer.getByRole("link", { name: `Log in as ${email}` }).click({ timeout: phaseTimeoutMs });
  await logInForTheFirstTime(newcomer, email, password);
  await expect(newcomer.getByRole("heading", { level: 1, name: "Default" })).toBeVisible({ timeout: phaseTimeoutMs });
  await newcomer.context().close();

  const dima = await openAs("dev@globex.test", "/");
  await dima.goto(known.link!);
  await dima.getByRole("button", { name: "I have an account" }).click();
  await expect(dima.getByText("You are logged in as dev@globex.test")).toBeVisible({ timeout: phaseTimeoutMs });
  await dima.getByRole("button", { name: "Accept and join" }).click();
  await expect(dima).toHaveURL(paths.space("acme", "default"), { timeout: phaseTimeoutMs });
  await dima.getByRole("button", { name: "Tenant and space" }).click();
  await dima.getByRole("option", { name: /globex/ }).click();
  await expect(dima).toHaveURL(paths.space("globex", "default"));
  await dima.goto(known.link!);
  await expect(dima.getByText("This invitation cannot be used")).toBeVisible();
  for (const { id } of [known.member, unknown.member]) await api.members.remove.mutate({ tenant: acme.tenant, id });
});

test("the last tenant-admin keeps the role, a developer is told whose right this is, and errors stand at their field", async ({ openAs }) => {
  const owner = await openAs("owner@acme.test", `${paths.members(acme.tenant)}?search=owner`);
  await owner.getByRole("button", { name: "Actions for owner@acme.test" }).click();
  await expect(owner.getByRole("menuitem", { name: "Remove" })).toBeDisabled();
  await expect(owner.getByText("This is the last active tenant-admin").first()).toBeVisible();
  await owner.keyboard.press("Escape");
  await owner.getByRole("button", { name: "Add member" }).click();
  await owner.getByRole("textbox", { name: "E-mail address" }).fill("dev@acme.test");
  await owner.getByRole("textbox", { name: "Name" }).fill("<b>Dana</b>");
  await owner.getByRole("button", { name: "Make the invitation" }).click();
  await expect(owner.getByRole("textbox", { name: "Name" })).toHaveAccessibleDescription(/letters, digits, spaces/);
  await owner.getByRole("textbox", { name: "Name" }).fill("Dana");
  await owner.getByRole("button", { name: "Make the invitation" }).click();
  await expect(owner.getByRole("textbox", { name: "E-mail address" })).toHaveAccessibleDescription(/is a member of this tenant already/);

  const dev = await openAs("dev@acme.test", paths.members(acme.tenant));
  await expect(dev.getByText("This needs the right member:read (tenant-admin)")).toBeVisible();
  await expect(dev.getByRole("link", { name: "Members" })).toHaveCount(0);
});
