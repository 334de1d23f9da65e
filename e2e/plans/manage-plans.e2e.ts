import { paths } from "#contracts/paths.ts";
import { acme, uniqueName } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

test("a platform-admin makes a plan, sees what a change of a used one would do, and retires it", async ({ openAs }) => {
  const id = uniqueName("plan").replaceAll(/[^a-z0-9-]/g, "-");
  const page = await openAs("admin@postroom.test", paths.plans());
  await page.getByRole("button", { name: "New address plan" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Id" }).fill(id);
  await dialog.getByRole("textbox", { name: "Name" }).fill("Made here");
  await dialog.getByRole("textbox", { name: "Description" }).fill("For this test.");
  await dialog.getByRole("textbox", { name: "Stored messages" }).fill("2 MiB");
  await dialog.getByRole("textbox", { name: "One message" }).fill("much");
  await dialog.getByRole("textbox", { name: "Consumers at the same time" }).fill("5");
  await dialog.getByRole("button", { name: "Show what it would do" }).click();
  await expect(dialog.getByRole("textbox", { name: "One message" })).toHaveAccessibleDescription(/./);
  await dialog.getByRole("textbox", { name: "One message" }).fill("64 KiB");
  await dialog.getByRole("button", { name: "Show what it would do" }).click();
  await expect(dialog.getByText("Nothing uses it, so nothing else changes")).toBeVisible();
  await dialog.getByRole("button", { name: "Save" }).click();
  const actions = page.getByRole("button", { name: `Actions for the address plan ${id}` });
  await actions.click();
  await page.getByRole("menuitem", { name: "Retire" }).click();
  await expect(page.getByRole("row").filter({ has: actions })).toContainText("Retired");

  await page.goto(paths.space(acme.tenant, acme.space));
  await page.getByRole("button", { name: "Change plan" }).click();
  await expect(page.getByRole("radio", { name: "Team" })).toBeChecked();
});

test("nobody else sees the plans' page or its entry", async ({ openAs }) => {
  const page = await openAs("owner@acme.test", paths.plans());
  await expect(page.getByText("This needs the right platform-plan:update")).toBeVisible();
  await expect(page.getByRole("link", { name: "Plans" })).toHaveCount(0);
});
