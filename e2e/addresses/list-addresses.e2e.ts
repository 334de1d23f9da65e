import { paths } from "#contracts/paths.ts";
import { acme, makeAddress, phaseTimeoutMs, removeAddress, uniqueName } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

const listPath = paths.addresses(acme.tenant, acme.space);

test("search, filters and sort narrow the list and stand in the URL", async ({ openAs }) => {
  const prefix = uniqueName("list");
  await using first = await makeAddress("anycast", `${prefix}/a`);
  await using second = await makeAddress("multicast", `${prefix}/b`);
  const page = await openAs("dev@acme.test", listPath);
  await page.getByRole("textbox", { name: "Find by name" }).fill(prefix);
  await expect(page.getByText("2 matches")).toBeVisible();
  await page.getByRole("button", { name: "Type", exact: true }).first().click();
  await page.getByRole("menuitem", { name: "Multicast" }).or(page.getByRole("option", { name: "Multicast" })).click();
  await expect(page.getByText("1 match", { exact: true })).toBeVisible();
  await expect(page).toHaveURL(/type=multicast/);
  await expect(page.getByRole("link", { name: second.name })).toBeVisible();
  await expect(page.getByRole("link", { name: first.name })).toHaveCount(0);

  await page.reload();
  await expect(page.getByText("1 match", { exact: true })).toBeVisible();
  await page.goto(`${listPath}?search=${encodeURIComponent(prefix)}&sort=-name`);
  await expect(page.getByRole("grid", { name: "Addresses" }).getByRole("link")).toHaveText([second.name, first.name]);
});

test("choices that follow at once all stay, ask nothing of the router, and are left and found again by back and forward", async ({ openAs }) => {
  await using address = await makeAddress("anycast");
  const page = await openAs("dev@acme.test", paths.space(acme.tenant, acme.space));
  await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Addresses", exact: true }).click();
  const search = page.getByRole("textbox", { name: "Find by name" });
  await expect(search).toBeVisible();
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === listPath && searchParams.has("_rsc") && request.headers()["next-router-prefetch"] === undefined) asked.push(request.url());
  });
  await page.getByRole("button", { name: "Type", exact: true }).first().click();
  const options = page.getByRole("listbox", { name: "Type" }).or(page.getByRole("menu", { name: "Type" })).getByRole("checkbox");
  await expect(options).toHaveCount(5);
  // In one task of the page, so that nothing can be drawn in between.
  await options.evaluateAll((boxes) => boxes.slice(-2).forEach((box) => (box as HTMLElement).click()));
  await expect(page).toHaveURL(`${listPath}?type=anycast,multicast`);
  await page.keyboard.press("Escape");

  // The field stays the same one while what it asks for comes to stand in the URL.
  await search.pressSequentially(address.name.slice(0, 8));
  await expect(page).toHaveURL(/search=/);
  await page.keyboard.type(address.name.slice(8));
  const chosen = `${listPath}?${new URLSearchParams({ search: address.name }).toString()}&type=anycast,multicast`;
  await expect(page).toHaveURL(chosen);
  await expect(search).toBeFocused();
  await expect(page.getByText("1 match", { exact: true })).toBeVisible();
  expect(asked).toEqual([]);

  await page.getByRole("link", { name: address.name, exact: true }).click();
  await expect(page.getByRole("heading", { name: address.name })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(chosen);
  await expect(search).toHaveValue(address.name);
  await expect(page.getByText("1 match", { exact: true })).toBeVisible();
  await page.goForward();
  await expect(page.getByRole("heading", { name: address.name })).toBeVisible();
  await page.goBack();
  await page.getByRole("button", { name: "Clear all" }).first().click();
  await expect(page).toHaveURL(listPath);
  await expect(search).toHaveValue("");
  await page.goBack();
  await expect(page).toHaveURL(paths.space(acme.tenant, acme.space));
});

test("nothing that matches offers to clear the search", async ({ openAs }) => {
  await using address = await makeAddress("anycast");
  const page = await openAs("dev@acme.test", `${listPath}?search=${uniqueName("nothing")}`);
  await expect(page.getByRole("heading", { name: "No address matches" })).toBeVisible();
  await page.getByRole("button", { name: "Clear search and filters" }).click();
  await expect(page.getByRole("link", { name: address.name })).toBeVisible();
});

test("what somebody else makes is offered, not forced, and what they delete goes by itself", async ({ openAs }) => {
  await using shown = await makeAddress("anycast");
  const page = await openAs("dev@acme.test", `${listPath}?search=${encodeURIComponent(shown.name)}`);
  await expect(page.getByRole("link", { name: shown.name })).toBeVisible();
  const name = `${shown.name}-new`;
  await using other = await makeAddress("anycast", name);
  await page.getByRole("button", { name: /^Show .* new address/ }).click();
  await expect(page.getByRole("link", { name: other.name })).toBeVisible();
  await removeAddress(other.name);
  await expect(page.getByRole("link", { name: other.name })).toHaveCount(0, { timeout: phaseTimeoutMs });
  await expect(page.getByRole("link", { name: shown.name, exact: true })).toBeVisible();
});
