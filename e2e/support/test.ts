import { test as base, type BrowserContextOptions, type Page } from "@playwright/test";
import { fillInLogin } from "./console.ts";

interface Fixtures {
  /** Opens a page of the console in a browser of its own, through Keycloak's login page. */
  readonly openAs: (email: string, path: string, options?: BrowserContextOptions) => Promise<Page>;
}

/** Scenarios in which people open the console; their browsers are closed at the end. */
export const test = base.extend<Fixtures>({
  openAs: async ({ browser, baseURL }, use) => {
    await using stack = new AsyncDisposableStack();
    await use(async (email, path, options) => {
      const context = await browser.newContext({ baseURL, ...options });
      stack.defer(() => context.close());
      const page = await context.newPage();
      await page.goto(path);
      await fillInLogin(page, email);
      return page;
    });
  },
});

export { expect } from "@playwright/test";
