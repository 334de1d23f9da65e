import { readFile } from "node:fs/promises";
import { paths } from "#contracts/paths.ts";
import { AmqpProgram } from "../support/amqp-program.ts";
import { apiOf } from "../support/api.ts";
import { acme, makeAddress } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

/** A few sampling passes of the provisioner. */
const sampledMs = 60_000;

test("the numbers of an address come by themselves, on the list and on its page", async ({ openAs, baseURL }) => {
  await using queue = await makeAddress("queue");
  await using idle = await makeAddress("queue", `${queue.name}-idle`);
  const page = await openAs("dev@acme.test", `${paths.addresses(acme.tenant, acme.space)}?search=${encodeURIComponent(queue.name)}&sort=-depth`);
  const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: queue.name, exact: true }) });
  const depth = row.locator('[data-label="Depth"]');
  await expect(depth).toHaveText("0", { timeout: sampledMs });
  {
    const session = await (await apiOf("dev@acme.test")).testClient.open.mutate({ ...acme, name: queue.name });
    await using program = await AmqpProgram.withTicket(session, baseURL ?? "");
    for (const body of ["one", "two", "three"]) expect(await program.send(queue.name, body)).toBe("accepted");
  }
  await expect(depth).toContainText("3", { timeout: sampledMs });
  await page.reload();
  await expect(page.getByRole("grid", { name: "Addresses" }).getByRole("link")).toHaveText([queue.name, idle.name]);
  await page.getByRole("link", { name: queue.name, exact: true }).click();
  const main = page.getByRole("main");
  await expect(main.getByRole("definition").first()).toContainText("3");
  await expect(main.getByText("Taken from senders")).toBeVisible();

  await expect(main.getByText("In this time: 3 in.")).toBeVisible({ timeout: sampledMs });
  await expect(main.getByRole("status", { name: "Time to drain" })).toContainText("3 messages wait");
  const depths = main.getByRole("slider", { name: "Depth over time" });
  await depths.press("Home");
  await expect(depths).toHaveAttribute("aria-valuetext", /Messages waiting not known/);
  await main.getByRole("button", { name: "15 min" }).click();
  await main.getByRole("button", { name: "UTC" }).click();
  await expect(page).toHaveURL(/range=15m&zone=utc/);
  await main.getByRole("button", { name: "Table" }).click();
  await expect(main.getByRole("grid", { name: "Numbers over time" }).getByRole("columnheader", { name: "From (UTC)" })).toBeVisible();
  const download = page.waitForEvent("download");
  await main.getByRole("button", { name: "Export CSV" }).click();
  const [header = "", ...steps] = (await readFile(await (await download).path(), "utf8")).trim().split("\r\n");
  const column = header.split(",").indexOf("In");
  expect(steps.reduce((sum, step) => sum + Number(step.split(",")[column]), 0)).toBe(3);
});
