import { paths } from "#contracts/paths.ts";
import { apiOf } from "../support/api.ts";
import { acme, makeAddress } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

const asPage = { accept: "text/html" };

test("every route has its security headers: pages, pages that are not there, the API with its refusals, and static files", async ({ request }) => {
  const pages = ["/", "/nothing-here", paths.invitation(), paths.addresses(acme.tenant, acme.space)];
  for (const path of pages) {
    const policy = (await request.get(path, { headers: asPage })).headers()["content-security-policy"] ?? "";
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(policy, path).toMatch(/script-src [^;]*'nonce-[\w+/=]+'/);
    expect(/script-src [^;]*/.exec(policy)?.[0], path).not.toContain("unsafe-inline");
  }
  const others = ["/api/health", "/api/health/live", "/api/config", "/api/certificate", "/api/trpc/session.get", "/api/trpc/nothing.here", "/api/nothing-here", "/icon.svg", "/login/keycloak.js", "/_next/static/nothing-here.js"];
  for (const path of [...pages, ...others]) {
    const headers = (await request.get(path, { headers: pages.includes(path) ? asPage : {} })).headers();
    expect(headers["x-content-type-options"], path).toBe("nosniff");
    expect(headers["referrer-policy"], path).toBe("same-origin");
    expect(headers["permissions-policy"], path).toContain("camera=()");
    expect(headers, path).not.toHaveProperty("x-powered-by");
    expect(headers["content-security-policy"], path).toContain("default-src 'none'");
    expect(headers["content-security-policy"], path).toContain("object-src 'none'");
    expect(headers["content-security-policy"], path).toContain("base-uri 'none'");
  }
});

test("mark-up in a name that somebody stored is text on every page that shows it, and runs nothing", async ({ openAs }) => {
  test.setTimeout(90_000);
  const name = `<img/src=x/onerror=globalThis.hit=1>/${crypto.randomUUID().slice(0, 8)}`;
  await using address = await makeAddress("queue", name);
  const page = await openAs("owner@acme.test", `${paths.addresses(acme.tenant, acme.space)}?search=${encodeURIComponent(address.name)}`);
  const shown = [
    paths.address(acme.tenant, acme.space, address.name),
    paths.connectAddress(acme.tenant, acme.space, address.name),
    `${paths.audit(acme.tenant)}?object=${encodeURIComponent(address.name)}`,
  ];
  await expect(page.getByRole("main").getByText(address.name).first()).toBeVisible();
  for (const path of shown) {
    await page.goto(path);
    await expect(page.getByRole("main").getByText(address.name).first(), path).toBeVisible();
    expect(await page.evaluate(() => "hit" in globalThis), path).toBe(false);
    await expect(page.locator('img[src="x"]'), path).toHaveCount(0);
  }
  const api = await apiOf("owner@acme.test");
  expect((await api.addresses.get.query({ ...acme, name: address.name })).name).toBe(name);
});
