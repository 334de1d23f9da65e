import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect } from "../support/test.ts";

type Violations = Awaited<ReturnType<AxeBuilder["analyze"]>>["violations"];

function sentences(where: string, violations: Violations): string[] {
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${where}: ${id}: ${target.join(" ")}: ${failureSummary?.split("\n").slice(1, 2).join("").trim()}`));
}

/** Without the parts of a report that nobody reads, and within the page, which has no frames. */
function axe(page: Page, part: string): AxeBuilder {
  return new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ["violations"], preload: false }).include(part);
}

/** Until the theme's colours are on the screen: styles are worked out in the next frame. */
async function untilDrawn(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

/**
 * What axe finds against the page as it is: all of its rules in light, and the contrasts once more in dark.
 * @param part selects what is looked at; the whole page when absent
 */
export async function findViolations(page: Page, where: string, part = "html"): Promise<string[]> {
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await expect(page.locator("html.pf-v6-theme-dark")).toHaveCount(0);
  await untilDrawn(page);
  const light = await axe(page, part).analyze();
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await expect(page.locator("html.pf-v6-theme-dark")).toHaveCount(1);
  await untilDrawn(page);
  const dark = await axe(page, part).options({ resultTypes: ["violations"], preload: false, runOnly: ["color-contrast"] }).analyze();
  return [...sentences(`${where}, light`, light.violations), ...sentences(`${where}, dark`, dark.violations)];
}

/** As {@link findViolations} of the page at this path, when all of it has come. */
export async function findViolationsAt(page: Page, path: string): Promise<string[]> {
  await page.goto(path);
  // Not that of the page on which the login is waited for.
  await expect(page.getByRole("heading", { level: 1 }).filter({ hasNotText: /^Postroom$/ }), path).toBeVisible();
  await expect(page.locator(".pf-v6-c-skeleton, .pf-v6-c-spinner"), path).toHaveCount(0);
  return findViolations(page, path);
}
