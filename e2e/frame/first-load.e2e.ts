import type { Page } from "@playwright/test";
import { paths } from "#contracts/paths.ts";
import { acme } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

const budgetBytes = 600_000;
/** Nothing came for so long: the page is quiet. */
const quietMs = 1_000;

/** Opens `path` with an empty cache and counts the compressed bytes of all answers, headers included, until the page is quiet. */
async function transferredBytes(page: Page, path: string): Promise<number> {
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  await page.goto("about:blank");
  await network.send("Network.clearBrowserCache");
  let bytes = 0;
  network.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto(path);
  await expect(page.getByRole("grid", { name: "Addresses" }).or(page.getByRole("heading", { name: "No addresses yet" }))).toBeVisible();
  let before = -1;
  await expect.poll(() => { const isQuiet = before === bytes; before = bytes; return isQuiet; }, { intervals: [quietMs] }).toBe(true);
  return bytes;
}

test("the first load of the address list, by way of the login service, stays within its budget of bytes", async ({ openAs }) => {
  const list = paths.addresses(acme.tenant, acme.space);
  const page = await openAs("dev@acme.test", list);
  await expect(page.getByRole("heading", { level: 1, name: "Addresses" })).toBeVisible();
  const bytes = await transferredBytes(page, list);
  test.info().annotations.push({ type: "transferred", description: `${bytes} bytes` });
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThanOrEqual(budgetBytes);
});
