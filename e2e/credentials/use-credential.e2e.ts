import { credentialLogin } from "#contracts/naming.ts";
import { paths } from "#contracts/paths.ts";
import { loadPlatform } from "#platform/test-platform.ts";
import { acme, makeAddress, phaseOf, phaseTimeoutMs, removeAddress } from "../support/console.ts";
import { AmqpProgram } from "../support/amqp-program.ts";
import { expect, test } from "../support/test.ts";

test("a program logs in with a credential whose secret was shown once, over AMQP and AMQPS, and is cut off when it is deleted", async ({ openAs }) => {
  test.setTimeout(180_000);
  const { env } = await loadPlatform();
  const { AMQP_PUBLIC_URL: amqp = "", AMQPS_PUBLIC_URL: amqps = "", TLS_CERTIFICATE_FILE: certificate = "" } = env.console;
  await using address = await makeAddress("queue", `orders/${crypto.randomUUID().slice(0, 8)}`);
  await using forbidden = await makeAddress("queue");
  const name = `shop-${crypto.randomUUID().slice(0, 8)}`;
  const login = credentialLogin(acme.tenant, acme.space, name);

  const page = await openAs("owner@acme.test", paths.createCredential(acme.tenant, acme.space), { permissions: ["clipboard-read", "clipboard-write"] });
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("combobox", { name: "Addresses of permission 1" }).fill("orders/*");
  await page.getByRole("button", { name: "Create credential" }).click();
  await page.getByRole("button", { name: "Copy secret" }).click();
  const secret = await page.evaluate(() => navigator.clipboard.readText());
  expect(secret).toMatch(/^[\w-]{40,}$/);
  await expect(page.getByRole("group", { name: "Secret" })).toContainText(secret);
  await expect(page.getByRole("textbox", { name: "Connection string with TLS" })).toHaveValue(amqps.replace("://", `://${login}:${secret}@`));
  await expect(phaseOf(page)).toHaveText("Active", { timeout: phaseTimeoutMs });

  for (const url of [amqp, amqps]) {
    await using program = await AmqpProgram.logIn(url, login, secret, certificate);
    expect(await program.send(address.name, `over ${url}`)).toBe("accepted");
    expect(await program.receive(address.name)).toBe(`over ${url}`);
    await expect(program.send(forbidden.name, "not allowed")).rejects.toThrow("amqp:unauthorized-access");
  }

  await page.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("row", { name: new RegExp(login) });
  await expect(row).toContainText("addresses that begin with orders/");
  await expect(page.getByRole("main")).not.toContainText(secret);

  await using old = await AmqpProgram.logIn(amqp, login, secret, certificate);
  await row.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Replace secret" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: "Keep it for 7 days" }).check();
  await dialog.getByRole("button", { name: "Replace secret" }).click();
  await dialog.getByRole("button", { name: "Copy secret" }).click();
  const rotated = await page.evaluate(() => navigator.clipboard.readText());
  expect(rotated).not.toBe(secret);
  await expect(dialog).toContainText("The old secret works until");
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(row.getByText("Active")).toBeVisible({ timeout: phaseTimeoutMs });
  await using program = await AmqpProgram.logIn(amqp, login, rotated, certificate);
  await row.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "End the old secret" }).click();
  await dialog.getByRole("button", { name: "End it" }).click();
  expect(await old.ended()).toContain("secret was replaced");
  await expect(row).not.toContainText("The old secret works until", { timeout: phaseTimeoutMs });
  await expect(AmqpProgram.logIn(amqp, login, secret, certificate)).rejects.toThrow();

  const madeUp = `orders/made-up-${crypto.randomUUID().slice(0, 8)}`;
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Add rule" }).click();
  await dialog.getByRole("textbox", { name: "Names" }).fill(madeUp);
  await dialog.getByRole("textbox", { name: "Delete again when unused for" }).fill("soon");
  await dialog.getByRole("button", { name: "Add rule" }).click();
  await expect(dialog.getByRole("textbox", { name: "Delete again when unused for" })).toHaveAccessibleDescription(/whole minutes/);
  await dialog.getByRole("textbox", { name: "Delete again when unused for" }).fill("2 hours");
  await dialog.getByRole("combobox", { name: "Plan" }).selectOption("Small");
  await dialog.getByRole("button", { name: "Add rule" }).click();
  const rule = page.getByRole("row").filter({ hasText: madeUp });
  await expect(rule).toContainText("2 h");
  await expect(async () => expect(await program.send(madeUp, "made for me")).toBe("accepted")).toPass({ timeout: phaseTimeoutMs });
  expect(await program.receive(madeUp)).toBe("made for me");
  await rule.getByRole("button", { name: `Actions for ${madeUp}` }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(rule).toHaveCount(0);
  await removeAddress(madeUp, "dev@acme.test", acme.tenant);
  await page.getByRole("link", { name: "Credentials" }).click();

  await row.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(page.getByRole("dialog")).toContainText("disconnected at once");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await program.ended();
  await expect(row).toHaveCount(0, { timeout: phaseTimeoutMs });
  await expect(AmqpProgram.logIn(amqp, login, secret, certificate)).rejects.toThrow();
});

test("a developer sees the credentials but may not make one, and is told which right is missing", async ({ openAs }) => {
  const page = await openAs("dev@acme.test", paths.createCredential(acme.tenant, acme.space));
  await expect(page.getByText("This needs the right credential:create (tenant-admin)")).toBeVisible();
});

test("errors stand at their field", async ({ openAs }) => {
  const page = await openAs("owner@acme.test", paths.createCredential(acme.tenant, acme.space));
  await page.getByRole("textbox", { name: "Name" }).fill("Not A Slug");
  await page.getByRole("combobox", { name: "Addresses of permission 1" }).fill("no spaces allowed");
  await page.getByRole("button", { name: "Create credential" }).click();
  await expect(page.getByText("2 fields to correct")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveAccessibleDescription(/lower-case letters/);
  await expect(page.getByRole("combobox", { name: "Addresses of permission 1" })).toHaveAccessibleDescription(/Give an address name/);
});
