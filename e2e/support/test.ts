import { expect, test as base, type BrowserContextOptions, type Page } from "@playwright/test";
import { fillInLogin } from "./console.ts";

interface Fixtures {
  /** Opens a page of the console in a browser of its own, through Keycloak's login page. */
  readonly openAs: (email: string, path: string, options?: BrowserContextOptions) => Promise<Page>;
}

/** Scenarios in which people open the console; their browsers are closed at the end. */
export const test = base.extend<Fixtures>({
  openAs: async ({ browser, baseURL }, use) => {
    await using stack = new AsyncDisposableStack();
    const violations: string[] = [];
    await use(async (email, path, options) => {
      const context = await browser.newContext({ baseURL, ...options });
      stack.defer(() => context.close());
      const page = await context.newPage();
      page.on("console", (message) => {
        if (message.text().includes("Content Security Policy")) violations.push(message.text());
      });
      await page.goto(path);
      await fillInLogin(page, email);
      return page;
    });
    expect(violations, "scripts and requests that the content security policy refused").toEqual([]);
  },
});

export { expect };
