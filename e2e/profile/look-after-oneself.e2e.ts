import { paths } from "#contracts/paths.ts";
import { phaseTimeoutMs } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

test("a person finds the own roles, chooses a time zone that times on other pages follow, and reaches the login service's pages", async ({ openAs }) => {
  test.setTimeout(120_000);
  const page = await openAs("owner@acme.test", paths.members("acme"));
  await page.getByRole("button", { name: "Logged in as owner@acme.test" }).click();
  await page.getByRole("menuitem", { name: "Profile" }).click();
  await expect(page.getByRole("main").getByText("tenant-admin")).toBeVisible();
  const lastLogin = async (): Promise<string | null> => {
    await page.goto(paths.members("acme"));
    return page.getByRole("row", { name: /owner@acme\.test/ }).getByRole("time").first().getAttribute("title");
  };
  const titles = new Set<string | null>();
  for (const zone of ["Pacific/Auckland", "America/New_York"]) {
    await page.goto(paths.profile());
    await page.getByRole("combobox", { name: "Time zone" }).selectOption(zone);
    titles.add(await lastLogin());
  }
  expect(titles.size).toBe(2);

  await page.goto(paths.profile());
  for (const [link, heading] of [["Password and second factor", "Signing in"], ["Sessions and devices", "Device activity"]] as const) {
    const opening = page.waitForEvent("popup");
    await page.getByRole("link", { name: link }).click();
    const account = await opening;
    await expect(account.getByRole("heading", { name: heading }).first()).toBeVisible({ timeout: phaseTimeoutMs });
    await account.close();
  }
});
