import type { Page } from "@playwright/test";
import { paths } from "#contracts/paths.ts";
import { acme, makeAddress } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

async function isDark(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.classList.contains("pf-v6-theme-dark"));
}

test("the theme follows the system, can be chosen, and is kept without a flash of the other one", async ({ openAs }) => {
  const page = await openAs("dev@acme.test", paths.addresses(acme.tenant, acme.space), { colorScheme: "dark" });
  await expect(page.getByRole("heading", { level: 1, name: "Addresses" })).toBeVisible();
  expect(await isDark(page)).toBe(true);
  await page.getByRole("button", { name: "Theme: As the system" }).click();
  await page.getByRole("option", { name: "Light" }).click();
  expect(await isDark(page)).toBe(false);
  // Seen by a script that runs when the body begins, before anything is painted.
  await page.addInitScript(() => {
    new MutationObserver((_records, observer) => {
      if (document.body === null) return;
      Object.assign(globalThis, { wasDarkAtFirst: document.documentElement.classList.contains("pf-v6-theme-dark") });
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.reload();
  await expect(page.getByRole("button", { name: "Theme: Light" })).toBeVisible();
  expect(await page.evaluate(() => (globalThis as { wasDarkAtFirst?: boolean }).wasDarkAtFirst)).toBe(false);
});

test("on a phone nothing is wider than the screen, and the navigation goes away once used", async ({ openAs }) => {
  test.setTimeout(120_000);
  await using address = await makeAddress("queue");
  const page = await openAs("owner@acme.test", paths.space(acme.tenant, acme.space), { viewport: { width: 390, height: 844 } });
  const navigation = page.getByRole("navigation", { name: "Places" });
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(navigation).not.toBeInViewport();
  await page.getByRole("button", { name: "Navigation" }).click();
  await navigation.getByRole("link", { name: "Addresses" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Addresses" })).toBeVisible();
  await expect(navigation).not.toBeInViewport();
  for (const path of [
    paths.space(acme.tenant, acme.space),
    paths.addresses(acme.tenant, acme.space),
    paths.createAddress(acme.tenant, acme.space),
    paths.address(acme.tenant, acme.space, address.name),
    paths.tryAddress(acme.tenant, acme.space, address.name),
    paths.connectAddress(acme.tenant, acme.space, address.name),
    paths.credentials(acme.tenant, acme.space),
    paths.createCredential(acme.tenant, acme.space),
  ]) {
    await page.goto(path);
    await expect(page.getByRole("main").getByRole("heading", { level: 1 }), path).toBeVisible();
    // A page must do without a second direction to scroll in down to 320 pixels (WCAG 2.2, 1.4.10).
    for (const width of [320, 390]) {
      await page.setViewportSize({ width, height: 844 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${path} at ${width} pixels`).toBeLessThanOrEqual(width);
    }
  }
});

test("the skip link leads past masthead and navigation", async ({ openAs }) => {
  const page = await openAs("dev@acme.test", paths.addresses(acme.tenant, acme.space));
  await expect(page.getByRole("heading", { level: 1, name: "Addresses" })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#main$/);
});

test("an address that nobody made says so and leads back to the list", async ({ openAs }) => {
  const page = await openAs("dev@acme.test", paths.address(acme.tenant, acme.space, "nobody/made/this"));
  await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  await page.getByRole("link", { name: "Go to the addresses" }).click();
  await expect(page).toHaveURL(paths.addresses(acme.tenant, acme.space));
});
