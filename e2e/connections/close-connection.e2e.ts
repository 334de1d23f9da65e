import { paths } from "#contracts/paths.ts";
import { startProtonClient } from "#gateway/test-support/proton-client.ts";
import { loadPlatform } from "#platform/test-platform.ts";
import { acme, makeAddress } from "../support/console.ts";
import { apiOf } from "../support/api.ts";
import { expect, test } from "../support/test.ts";

/** A few sampling passes of the provisioner. */
const sampledMs = 60_000;

test("a foreign client stands in the list with what it does, is closed with a reason that it sees, and its history tells all of it", async ({ openAs }) => {
  test.setTimeout(180_000);
  const { env } = await loadPlatform();
  await using queue = await makeAddress("queue");
  const name = `stock-${crypto.randomUUID().slice(0, 8)}`;
  const owner = await apiOf("owner@acme.test");
  const { secret } = await owner.credentials.create.mutate({ ...acme, name, permissions: [{ operations: ["send", "recv"], pattern: queue.name }] });
  const login = `${acme.tenant}.${acme.space}.${name}`;
  await expect.poll(async () => (await owner.credentials.list.query(acme)).find((each) => each.login === login)?.phase, { timeout: sampledMs }).toBe("Active");
  await using client = startProtonClient({ url: env.console.AMQP_PUBLIC_URL ?? "", user: login, password: secret, container: name, address: queue.name, tried: "forbidden" });
  await expect.poll(() => client.told.filter(({ what }) => what === "received").length, { timeout: 30_000 }).toBe(3);
  // A history that is open offers what comes later, so it is opened when all of it is there.
  const told = async (): Promise<readonly string[]> => (await owner.connections.listEvents.query({ ...acme, address: queue.name })).items.map(({ kind }) => kind);
  await expect.poll(told, { timeout: sampledMs }).toContain("message-rejected");

  const page = await openAs("dev@acme.test", paths.addressLinks(acme.tenant, acme.space, queue.name));
  const links = page.getByRole("grid", { name: "Links" });
  const receiver = links.getByRole("row").filter({ hasText: "Receives" });
  await expect(receiver.locator('[data-label="Accepted"]')).toHaveText("2", { timeout: sampledMs });
  await expect(receiver.locator('[data-label="Rejected"]')).toHaveText("1");
  await expect(page.getByText("app:bad: not wanted here")).toBeVisible();

  await page.getByRole("link", { name: "Connections", exact: true }).click();
  await page.getByRole("textbox", { name: "Find a connection" }).fill(name);
  await expect(page).toHaveURL(new RegExp(`search=${name}`));
  const row = page.getByRole("grid", { name: "Connections" }).getByRole("row").filter({ hasText: name });
  await expect(row.locator('[data-label="Program"]')).toHaveText("proton-test 1.2.3");
  await expect(row.locator('[data-label="Links"]')).toHaveText("2");
  await row.getByRole("link", { name }).click();

  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.getByRole("grid", { name: "History" })).toContainText("may not receive from forbidden");
  await page.getByRole("button", { name: "Close …" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "Close", exact: true }).last()).toBeDisabled();
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Stocktaking");
  await dialog.getByRole("textbox", { name: "Reason" }).press("Enter");
  expect(await client.ended).toBe(0);
  expect(client.told.at(-1)).toMatchObject({ condition: "amqp:connection:forced", description: "Stocktaking" });
  await expect(page.getByText("This connection is closed")).toBeVisible({ timeout: sampledMs });
  await page.getByRole("button", { name: "Show what happened since" }).click();
  await expect(page.getByRole("grid", { name: "History" })).toContainText("amqp:connection:forced: Stocktaking");

  await page.goto(`${paths.connections(acme.tenant, acme.space)}?search=${name}`);
  await expect(page.getByText("No connection matches")).toBeVisible();
  await page.getByRole("button", { name: "Clear all filters" }).click();
  await expect(page).toHaveURL(/\/connections$/);
});
