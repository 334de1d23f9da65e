import { credentialLogin } from "#contracts/naming.ts";
import { paths } from "#contracts/paths.ts";
import { loadPlatform } from "#platform/test-platform.ts";
import { AmqpProgram } from "../support/amqp-program.ts";
import { apiOf, settled } from "../support/api.ts";
import { logInForTheFirstTime, phaseTimeoutMs } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

test("a platform-admin makes a tenant, whose admin joins and makes a space; suspended, its programs are cut off and its people told why; deleted, it can be restored", async ({ openAs, browser, baseURL }) => {
  test.setTimeout(180_000);
  const { env } = await loadPlatform();
  const { AMQP_PUBLIC_URL: amqp = "", TLS_CERTIFICATE_FILE: certificate = "" } = env.console;
  const slug = `initech-${crypto.randomUUID().slice(0, 8)}`;
  // A person of its own, since nobody leaves as the last admin.
  const email = `${slug}@people.test`;
  const admin = await openAs("admin@postroom.test", paths.home());
  await admin.getByRole("button", { name: "Create tenant" }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Initech");
  await dialog.getByRole("textbox", { name: "Short name" }).fill("acme");
  await dialog.getByRole("textbox", { name: "First admin's name" }).fill("Dima Developer");
  await dialog.getByRole("textbox", { name: "First admin's e-mail address" }).fill(email);
  await dialog.getByRole("button", { name: "Create tenant" }).click();
  await expect(dialog.getByRole("textbox", { name: "Short name" })).toHaveAccessibleDescription(/There is a tenant “acme” already/);
  await dialog.getByRole("textbox", { name: "Short name" }).fill(slug);
  await dialog.getByRole("button", { name: "Create tenant" }).click();
  const link = await admin.getByRole("dialog", { name: `Invitation for ${email}` }).locator("[data-secret]").innerText();
  await dialog.getByRole("button", { name: "Done" }).click();
  await admin.getByRole("textbox", { name: "Find a tenant" }).fill(slug);
  const row = admin.getByRole("row", { name: new RegExp(slug) });
  await expect(row).toContainText("(1 of 10)");

  await using context = await browser.newContext({ baseURL });
  const dima = await context.newPage();
  await dima.goto(link);
  await dima.getByRole("button", { name: "I am new" }).click();
  const password = await dima.locator("[data-secret]").innerText();
  await dima.getByRole("link", { name: `Log in as ${email}` }).click({ timeout: phaseTimeoutMs });
  await logInForTheFirstTime(dima, email, password);
  await expect(dima).toHaveURL(paths.space(slug, "default"), { timeout: phaseTimeoutMs });
  await dima.getByRole("link", { name: "Spaces", exact: true }).click();
  await dima.getByRole("button", { name: "Create space" }).click();
  await dima.getByRole("dialog").getByRole("textbox", { name: "Name", exact: true }).fill("Orders");
  await dima.getByRole("dialog").getByRole("textbox", { name: "Short name" }).fill("orders");
  await dima.getByRole("dialog").getByRole("button", { name: "Create space" }).click();
  const space = dima.getByRole("row", { name: /orders/ });
  await expect(space).toContainText("Active", { timeout: phaseTimeoutMs });

  const api = await apiOf(email);
  const scope = { tenant: slug, space: "orders" };
  const { secret } = await api.credentials.create.mutate({ ...scope, name: "shop", permissions: [{ operations: ["send"], pattern: "*" }] });
  await settled(async () => (await api.credentials.list.query(scope))[0]);
  const login = credentialLogin(slug, "orders", "shop");
  await using program = await AmqpProgram.logIn(amqp, login, secret, certificate);

  await row.getByRole("button", { name: `Actions for ${slug}` }).click();
  await admin.getByRole("menuitem", { name: "Suspend" }).click();
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Unpaid since May");
  await dialog.getByRole("button", { name: "Suspend" }).click();
  expect(await program.ended()).toContain("suspended");
  await expect(row).toContainText("Unpaid since May");
  // Refused after its open, which a client may see first.
  expect(await AmqpProgram.logIn(amqp, login, secret, certificate).then((late) => late.ended(), String)).toContain("suspended");
  await expect(dima.getByText("Initech is suspended: Unpaid since May.")).toBeVisible({ timeout: phaseTimeoutMs });
  await space.getByRole("button", { name: "Actions for orders" }).click();
  const wish = dima.getByRole("menuitem", { name: "Delete" });
  await expect(wish).toBeDisabled();
  await expect(wish).toContainText("nothing can be changed");

  await row.getByRole("button", { name: `Actions for ${slug}` }).click();
  await admin.getByRole("menuitem", { name: "Resume" }).click();
  await dialog.getByRole("button", { name: "Resume" }).click();
  await expect(row).toContainText("open");
  await expect(wish).toBeEnabled({ timeout: phaseTimeoutMs });
  await wish.click();
  const deletion = dima.getByRole("dialog");
  await expect(deletion).toContainText("1 credential");
  await deletion.getByRole("textbox").fill("orders");
  await deletion.getByRole("button", { name: "Delete" }).click();
  // While it is open, the list behind it has no roles.
  await expect(deletion).toHaveCount(0);
  await expect(space).toHaveCount(0, { timeout: phaseTimeoutMs });

  await row.getByRole("button", { name: `Actions for ${slug}` }).click();
  await admin.getByRole("menuitem", { name: "Delete" }).click();
  await expect(dialog).toContainText("Lost are 1 space, 0 addresses");
  await dialog.getByRole("textbox").fill(slug);
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(row).toContainText("Deleted on");
  await row.getByRole("button", { name: `Actions for ${slug}` }).click();
  await admin.getByRole("menuitem", { name: "Restore" }).click();
  await dialog.getByRole("button", { name: "Restore" }).click();
  await expect(row).toContainText("open");

  const support = await openAs("support@postroom.test", `${paths.home()}?all&search=${slug}`);
  await support.getByRole("button", { name: `Actions for ${slug}` }).click();
  await expect(support.getByText("This needs the right platform-tenant:update (platform-admin)").first()).toBeVisible();
  await admin.close();
});
