import { test as base, type Browser, type Page } from "@playwright/test";
import { fillInLogin } from "../support/console.ts";
import { startFaultBed, type FaultBed } from "./fault-bed.ts";

/** Tests on one {@link FaultBed} that all scenarios of a worker share, one after the other; browsers they opened are closed. */
export const test = base.extend<{ ownBrowsers: void }, { bed: FaultBed }>({
  ownBrowsers: [
    async ({ browser }, use) => {
      await use();
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    { auto: true },
  ],
  bed: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads from this pattern what the fixture needs: nothing
    async ({}, use) => {
      await using bed = await startFaultBed();
      await use(bed);
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

/** Opens a page of the console in a browser of its own, through Keycloak's login page. */
export async function openAs(browser: Browser, bed: FaultBed, email: string, path: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${bed.consoleUrl}${path}`);
  await fillInLogin(page, email);
  return page;
}
