import { readFile } from "node:fs/promises";
import { paths } from "#contracts/paths.ts";
import { acme, makeAddress } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

test("a tenant-admin finds who made an address, from where, and takes the entries home as CSV and JSON lines", async ({ openAs }) => {
  await using address = await makeAddress("queue");
  const page = await openAs("owner@acme.test", paths.audit(acme.tenant));
  await page.getByRole("textbox", { name: "Object" }).fill(address.name);
  const table = page.getByRole("grid", { name: "Audit trail" }).or(page.getByRole("table", { name: "Audit trail" }));
  await expect(table.getByRole("row", { name: /address:create/ })).toHaveCount(1);
  await expect(table).toContainText("dev@acme.test");
  await expect(table).toContainText("127.0.0.1");
  await expect(page).toHaveURL(/object=queue%2F/);
  await table.getByRole("button", { name: "Details" }).first().click();
  await expect(table).toContainText('"planId"');
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Object" })).toHaveValue(address.name);

  for (const [format, name] of [["csv", "Export CSV"], ["jsonl", "Export JSON lines"]] as const) {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name }).click();
    const text = await readFile(await (await download).path(), "utf8");
    expect(text.trim().split("\n").filter((line) => line.includes(`default/${address.name}`)), format).toHaveLength(1);
  }

  await page.getByRole("combobox", { name: "Outcome" }).selectOption("failed");
  await expect(page.getByRole("heading", { name: "No entry matches" })).toBeVisible();
  await page.getByRole("button", { name: "Clear all filters" }).click();
  await expect(table.getByRole("row").nth(1)).toBeVisible();
});

test("a visit of support is seen by the tenant's admin, and a platform-admin sees all tenants", async ({ openAs }) => {
  const support = await openAs("support@postroom.test", paths.addresses(acme.tenant, acme.space));
  await expect(support.getByRole("heading", { name: "Addresses", level: 1 })).toBeVisible();
  const owner = await openAs("owner@acme.test", `${paths.audit(acme.tenant)}?action=tenant%3Aenter&actor=support`);
  await expect(owner.getByRole("main")).toContainText("tenant acme");
  const admin = await openAs("admin@postroom.test", paths.platformAudit());
  await expect(admin.getByRole("columnheader", { name: "Tenant" })).toBeVisible();
  const dev = await openAs("dev@acme.test", paths.audit(acme.tenant));
  await expect(dev.getByText("This needs the right audit:read (tenant-admin)")).toBeVisible();
});
