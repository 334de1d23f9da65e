import type { Page } from "@playwright/test";
import { paths } from "#contracts/paths.ts";
import { AmqpProgram } from "../support/amqp-program.ts";
import { apiOf } from "../support/api.ts";
import { acme, makeAddress, phaseTimeoutMs, uniqueName } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

const listPath = paths.addresses(acme.tenant, acme.space);

/** A few sampling passes of the provisioner. */
const sampledMs = 60_000;

/** The newest operation of this title in the panel. */
const operation = (page: Page, title: string) => page.getByRole("list", { name: "Operations of this space" }).getByRole("listitem", { name: title, exact: true }).first();

test("many are checked row by row, made together, moved to another plan and deleted, each with its progress", async ({ openAs }) => {
  const prefix = uniqueName("many");
  const page = await openAs("dev@acme.test", paths.createAddresses(acme.tenant, acme.space));
  await page.getByRole("combobox", { name: "Type" }).selectOption("Anycast");
  const rows = page.getByRole("textbox", { name: "Addresses" });
  await rows.fill(`${prefix}/1\n${prefix}/2\nbad name\n${prefix}.1`);
  await page.getByRole("button", { name: "Check" }).click();
  await expect(page.getByText("2 problems; nothing has been made")).toBeVisible();
  await expect(page.getByRole("grid", { name: "Problems" })).toContainText("Row 1 already asks for this name");
  await rows.fill(`${prefix}/1\n${prefix}/2\n${prefix}/3`);
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("button", { name: "Create 3 addresses" }).click();
  await expect(page).toHaveURL(listPath);
  await expect(operation(page, "Create addresses")).toContainText("3 of 3", { timeout: phaseTimeoutMs });

  await page.goto(`${listPath}?search=${encodeURIComponent(prefix)}`);
  await expect(page.getByText("3 matches")).toBeVisible();
  await page.getByRole("checkbox", { name: "Select row 0" }).check();
  await page.getByRole("checkbox", { name: "Select row 1" }).check();
  await page.getByRole("button", { name: "Change plan" }).click();
  await page.getByRole("option", { name: "Medium (anycast)" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Change plan" }).click();
  await expect(operation(page, "Move addresses to the plan Medium (anycast)")).toContainText("2 of 2", { timeout: phaseTimeoutMs });
  await expect(page.getByRole("row", { name: new RegExp(`${prefix}/1`) })).toContainText("Medium", { timeout: phaseTimeoutMs });
  await expect(page.getByRole("row", { name: new RegExp(`${prefix}/3`) })).toContainText("Small");

  await page.getByRole("checkbox", { name: "Select row 0" }).check();
  await page.getByRole("button", { name: "Select all 3 that match" }).click();
  await page.getByRole("button", { name: "Delete …" }).click();
  const confirm = page.getByRole("dialog").getByRole("button", { name: "Delete" });
  await expect(confirm).toBeDisabled();
  await page.getByRole("dialog").getByRole("textbox").fill("3");
  await confirm.click();
  // The page is closed at once: the operation goes on without it.
  await expect(operation(page, "Delete addresses")).toBeVisible();
  await page.goto("about:blank");
  const api = await apiOf("dev@acme.test");
  await expect.poll(async () => (await api.addresses.list.query({ ...acme, search: prefix })).total, { timeout: phaseTimeoutMs }).toBe(0);
  await page.goto(`${listPath}?search=${encodeURIComponent(prefix)}`);
  await page.getByRole("button", { name: /^Operations/ }).click();
  await expect(operation(page, "Delete addresses")).toContainText("3 of 3");
  await expect(page.getByRole("link", { name: `${prefix}/1` })).toHaveCount(0, { timeout: phaseTimeoutMs });
});

test("an edit shows what would change before it is saved, and then holds", async ({ openAs }) => {
  await using address = await makeAddress("anycast");
  const page = await openAs("dev@acme.test", paths.addressSettings(acme.tenant, acme.space, address.name));
  await page.getByRole("textbox", { name: "Consumers at the same time" }).fill("100000");
  await page.getByRole("button", { name: "Review changes" }).click();
  await expect(page.getByRole("textbox", { name: "Consumers at the same time" })).toHaveAccessibleDescription(/allows at most/);
  await page.getByRole("textbox", { name: "Consumers at the same time" }).fill("3");
  await page.getByRole("button", { name: "Review changes" }).click();
  await expect(page.getByRole("grid", { name: "Changes" })).toContainText("up to 3");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(`${address.name} has been changed`).first()).toBeVisible();
  const api = await apiOf("dev@acme.test");
  await expect.poll(async () => {
    const { options, generation, observedGeneration } = await api.addresses.get.query({ ...acme, name: address.name });
    return options.consumers === 3 && observedGeneration === generation;
  }, { timeout: phaseTimeoutMs }).toBe(true);

  await page.getByRole("link", { name: "Clone" }).click();
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue(`${address.name}-copy`);
  await expect(page.getByText("This name is free.")).toBeVisible();
});

test("who deletes an address is told before what is lost and who is cut off", async ({ openAs, baseURL }) => {
  await using queue = await makeAddress("queue");
  const api = await apiOf("dev@acme.test");
  const session = await api.testClient.open.mutate({ ...acme, name: queue.name });
  await using program = await AmqpProgram.withTicket(session, baseURL ?? "");
  for (const body of ["one", "two", "three"]) expect(await program.send(queue.name, body)).toBe("accepted");
  // Each sender stays.
  await expect.poll(async () => (await api.addresses.get.query({ ...acme, name: queue.name })).statistics?.senders, { timeout: sampledMs }).toBe(3);
  const page = await openAs("dev@acme.test", `${listPath}?search=${encodeURIComponent(queue.name)}`);
  await page.getByRole("button", { name: `Actions for ${queue.name}` }).click();
  await page.getByRole("menuitem", { name: "Delete …" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Right now: 3 messages, 0 dead letters, 0 consumers.");
  await expect(dialog).toContainText("Connected to it: 3 senders, 0 receivers.");
  await expect(dialog.getByRole("button", { name: "Delete" })).toBeDisabled();
});
