import { paths } from "#contracts/paths.ts";
import { AmqpProgram } from "../support/amqp-program.ts";
import { apiOf } from "../support/api.ts";
import { acme, makeAddress, phaseTimeoutMs } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

/** A few sampling passes of the provisioner. */
const sampledMs = 60_000;

test("support sees what is in trouble with why, finds it, ranks it, and looks into the tenant, but may change nothing", async ({ openAs, baseURL }) => {
  test.setTimeout(180_000);
  await using queue = await makeAddress("queue");
  const session = await (await apiOf("dev@acme.test")).testClient.open.mutate({ ...acme, name: queue.name });
  {
    await using program = await AmqpProgram.withTicket(session, baseURL ?? "");
    for (const body of ["one", "two", "three"]) expect(await program.send(queue.name, body)).toBe("accepted");
  }
  const page = await openAs("support@postroom.test", "/");
  await expect(page).toHaveURL(paths.trouble());
  await page.getByRole("textbox", { name: "Find a tenant, space or address" }).fill(queue.name);
  const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: queue.name, exact: true }) });
  await expect(row).toContainText("3 messages wait, and no consumer is attached since", { timeout: sampledMs });
  await row.getByRole("button", { name: "Details" }).click();
  await expect(page.getByText("0 senders are attached.")).toBeVisible();
  await page.getByRole("button", { name: /No consumer/ }).click();
  // Leaving the field has asked for the words in it: nothing is changed behind the click on the link below.
  await expect(page).toHaveURL(/search=.*cause=no-consumer|cause=no-consumer.*search=/);

  const places = page.getByRole("navigation", { name: "Places" });
  await places.getByRole("link", { name: "Top addresses" }).click();
  await page.getByRole("button", { name: "Oldest" }).click();
  await expect(page).toHaveURL(`${paths.topAddresses()}?by=oldest`);
  await expect(page.getByRole("grid", { name: "Top addresses" }).getByRole("row").nth(1)).toBeVisible();
  await places.getByRole("link", { name: "Search" }).click();
  await page.getByRole("textbox", { name: "Search in all tenants" }).fill(queue.name);
  await page.getByRole("link", { name: queue.name, exact: true }).click();

  const panel = page.getByLabel("What goes on here");
  await expect(panel).toContainText("3 messages wait, and no consumer is attached since");
  await expect(panel.getByRole("link", { name: "Connect a program" })).toHaveAttribute("href", paths.connectAddress(acme.tenant, acme.space, queue.name));
  await (await apiOf("dev@acme.test")).messages.purge.mutate({ ...acme, name: queue.name, source: "queue", expected: 3 });
  await expect(panel).toContainText("Nothing waits.", { timeout: sampledMs });

  await places.getByRole("link", { name: "Addresses", exact: true }).click();
  const create = page.getByRole("button", { name: "Create address" });
  await expect(create).toHaveAttribute("aria-disabled", "true", { timeout: phaseTimeoutMs });
  await create.hover();
  await expect(page.getByRole("tooltip")).toContainText("address:create");
  await places.getByRole("link", { name: "Tenants" }).click();
  await expect(page.getByRole("row", { name: /acme/ })).toBeVisible();
});
