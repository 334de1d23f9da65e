import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { paths } from "#contracts/paths.ts";
import { acme, makeAddress } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

/** A comparison of each broker and gateway comes once a minute. */
const comparedMs = 120_000;

async function exported(page: Page, within: Locator): Promise<{ header: string; rows: string[] }> {
  const download = page.waitForEvent("download");
  await within.getByRole("button", { name: "Export CSV" }).click();
  const [header = "", ...rows] = (await readFile(await (await download).path(), "utf8")).trim().split("\r\n");
  return { header, rows };
}

test("a topic's subscriptions and a space's chart are taken home as CSV", async ({ openAs }) => {
  await using subscription = await makeAddress("subscription");
  const page = await openAs("dev@acme.test", paths.address(acme.tenant, acme.space, subscription.topic));
  const subscriptions = await exported(page, page.getByRole("region", { name: "Subscriptions" }));
  expect(subscriptions.header).toMatch(/^Name,Type,Topic,/);
  expect(subscriptions.rows.map((row) => row.split(",").slice(0, 3))).toEqual([[subscription.name, "subscription", subscription.topic]]);

  await page.goto(paths.space(acme.tenant, acme.space));
  const chart = await exported(page, page.locator(".pf-v6-c-card").filter({ has: page.getByRole("heading", { name: "Messages in the last hour" }) }));
  expect(chart.header).toBe("From,To,Seconds known,In,Out");
  expect(chart.rows.length).toBeGreaterThan(10);
});

test("the list of brokers and gateways is taken home as CSV", async ({ openAs }) => {
  test.setTimeout(180_000);
  const page = await openAs("admin@postroom.test", paths.parts());
  await expect(page.getByRole("grid", { name: "Brokers and gateways" })).toBeVisible({ timeout: comparedMs });
  const { header, rows } = await exported(page, page.getByRole("main"));
  expect(header).toBe("Name,Kind,Last compared,Repaired,Last repair,Nobody asked for,Of them with messages");
  expect(rows.length).toBeGreaterThan(0);
});
