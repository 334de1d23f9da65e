import { paths } from "#contracts/paths.ts";
import { apiOf } from "../support/api.ts";
import { acme, logInForTheFirstTime, phaseTimeoutMs } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

test("a platform-admin gives somebody the role support, who then sees all tenants, and takes it away; the last platform-admin stays", async ({ openAs, browser, baseURL }) => {
  test.setTimeout(150_000);
  const email = `nina-${crypto.randomUUID().slice(0, 8)}@people.test`;
  const api = await apiOf("owner@acme.test");
  const { member, oneTimePassword } = await api.members.create.mutate({ tenant: acme.tenant, email, name: "Nina New", role: "viewer" });
  await expect.poll(async () => (await api.members.list.query({ tenant: acme.tenant, search: email }))[0]?.operation, { timeout: phaseTimeoutMs }).toBe(null);

  const admin = await openAs("admin@postroom.test", paths.platformRoles());
  const row = admin.getByRole("row", { name: new RegExp(email) });
  const dialog = admin.getByRole("dialog");
  await admin.getByRole("button", { name: "Give a role" }).click();
  await dialog.getByRole("textbox", { name: "E-mail address" }).fill("nobody");
  await dialog.getByRole("button", { name: "Give the role" }).click();
  await expect(dialog.getByRole("textbox", { name: "E-mail address" })).toHaveAccessibleDescription(/e-mail address such as/);
  await dialog.getByRole("textbox", { name: "E-mail address" }).fill(email);
  await expect(dialog.getByRole("checkbox", { name: "support" })).toBeChecked();
  await dialog.getByRole("button", { name: "Give the role" }).click();
  await expect(row.getByText("Active")).toBeVisible({ timeout: phaseTimeoutMs });
  await expect(row).toContainText("support");

  const context = await browser.newContext({ baseURL });
  const nina = await context.newPage();
  await nina.goto(paths.trouble());
  await logInForTheFirstTime(nina, email, oneTimePassword);
  await expect(nina.getByRole("link", { name: "Trouble now" })).toBeVisible({ timeout: phaseTimeoutMs });
  await nina.goto(paths.platformRoles());
  await expect(nina.getByText("This needs the right platform-role:read (platform-admin)")).toBeVisible();

  await row.getByRole("button", { name: `Actions for ${email}` }).click();
  await admin.getByRole("menuitem", { name: "Change roles" }).click();
  await dialog.getByRole("checkbox", { name: "support" }).uncheck();
  await dialog.getByRole("button", { name: "Change roles" }).click();
  await expect(row).toHaveCount(0, { timeout: phaseTimeoutMs });

  await admin.getByRole("button", { name: "Actions for admin@postroom.test" }).click();
  await admin.getByRole("menuitem", { name: "Change roles" }).click();
  await dialog.getByRole("checkbox", { name: "platform-admin" }).uncheck();
  await dialog.getByRole("button", { name: "Change roles" }).hover();
  await expect(admin.getByText("This is the last platform-admin").first()).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await context.close();
  await api.members.remove.mutate({ tenant: acme.tenant, id: member.id });
});
