import { expect, test as base, type BrowserContextOptions, type Cookie, type Page } from "@playwright/test";
import { fillInLogin } from "./console.ts";

interface Fixtures {
  /**
   * Opens a page of the console in a browser of its own, logged in through Keycloak: on its login page for the first time,
   * after that by the cookies of its login, as in a browser that was there before.
   */
  readonly openAs: (email: string, path: string, options?: BrowserContextOptions) => Promise<Page>;
}

/** Scenarios in which people open the console; their browsers are closed at the end. */
export const test = base.extend<Fixtures, { logins: Map<string, Cookie[]> }>({
  logins: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads from this pattern what the fixture needs: nothing
    async ({}, use) => use(new Map()),
    { scope: "worker" },
  ],
  openAs: async ({ browser, baseURL, logins }, use) => {
    await using stack = new AsyncDisposableStack();
    const violations: string[] = [];
    await use(async (email, path, options) => {
      const context = await browser.newContext({ baseURL, ...options });
      stack.defer(() => context.close());
      await context.addCookies(logins.get(email) ?? []);
      const page = await context.newPage();
      page.on("console", (message) => {
        if (message.text().includes("Content Security Policy")) violations.push(message.text());
      });
      await page.goto(path);
      const inside = page.getByRole("button", { name: `Logged in as ${email}` });
      const form = page.getByLabel("Email");
      await expect(inside.or(form)).toBeVisible();
      // Also when there are cookies: another scenario may have ended that login.
      if (await form.isVisible()) {
        await fillInLogin(page, email);
        await expect(inside).toBeVisible();
        logins.set(email, (await context.cookies()).filter((cookie) => cookie.path.startsWith("/realms/")));
      }
      return page;
    });
    expect(violations, "scripts and requests that the content security policy refused").toEqual([]);
  },
});

export { expect };
