import { paths } from "#contracts/paths.ts";
import { acme, fillInLogin } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

test("a developer is sent to Keycloak with PKCE, logs in, and lands in the console of the own tenant", async ({ page, baseURL }) => {
  const urls: string[] = [];
  page.on("request", (request) => urls.push(request.url()));
  await page.goto("/");
  await expect(page.getByLabel("Email")).toBeVisible();
  const login = new URL(page.url());
  expect(login.searchParams.get("code_challenge_method")).toBe("S256");
  expect(login.searchParams.get("client_id")).toBe("console");

  await fillInLogin(page, "dev@acme.test");
  await expect(page).toHaveURL(paths.space(acme.tenant, acme.space));
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("button", { name: "Tenant and space" })).toHaveText("acme / default");
  await expect(page.getByRole("button", { name: "Health: All parts well" })).toBeVisible();
  await expect(page.getByRole("meter", { name: "Addresses" })).toBeVisible();
  const toConsole = urls.filter((url) => url.startsWith(baseURL ?? ""));
  expect(toConsole.length).toBeGreaterThan(0);
  expect(toConsole.filter((url) => /access_token|eyJ/.test(url))).toEqual([]);
});

test("logging out ends the login: the next visit asks again", async ({ openAs, baseURL }) => {
  const page = await openAs("dev@acme.test", "/");
  await page.getByRole("button", { name: "Logged in as dev@acme.test" }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await expect(page.getByLabel("Email")).toBeVisible();
  await page.goto(`${baseURL}${paths.addresses(acme.tenant, acme.space)}`);
  await expect(page.getByLabel("Email")).toBeVisible();
});

test("a link leads to the same view after the login", async ({ page }) => {
  await page.goto("/t/acme/s/default/addresses?type=queue&sort=-createdAt");
  await fillInLogin(page, "dev@acme.test");
  await expect(page).toHaveURL(/\/t\/acme\/s\/default\/addresses\?type=queue&sort=-createdAt$/);
  await expect(page.getByRole("heading", { level: 1, name: "Addresses" })).toBeVisible();
});

test("the way to the login service loads the login page only, and no script but the console's own runs", async ({ page, openAs }) => {
  const loaded: string[] = [];
  page.on("requestfinished", (request) => loaded.push(new URL(request.url()).pathname));
  await page.goto("/");
  await expect(page.getByLabel("Email")).toBeVisible();
  expect(loaded.filter((path) => path.startsWith("/_next/"))).toEqual([]);
  expect(loaded).toContain("/login/keycloak.js");

  const inside = await openAs("dev@acme.test", paths.addresses(acme.tenant, acme.space));
  await expect(inside.getByRole("heading", { level: 1, name: "Addresses" })).toBeVisible();
  const policy = (await inside.request.get("/", { headers: { accept: "text/html" } })).headers()["content-security-policy"];
  expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]{20,}' 'strict-dynamic';/);
  const other = (await inside.request.get("/", { headers: { accept: "text/html" } })).headers()["content-security-policy"];
  expect(other).not.toBe(policy);
});

test("an answer of the login service that comes late, or in a browser that was not on its way, still leads in", async ({ openAs }) => {
  const page = await openAs("dev@acme.test", paths.addresses(acme.tenant, acme.space));
  await expect(page.getByRole("heading", { level: 1, name: "Addresses" })).toBeVisible();
  await page.route(/openid-connect\/auth/, async (route) => {
    await page.context().clearCookies({ name: "postroom-login-expected" });
    await route.continue();
  });
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Addresses" })).toBeVisible();
  await expect(page).toHaveURL(paths.addresses(acme.tenant, acme.space));
});
