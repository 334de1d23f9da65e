import { expect, type Locator, type Page } from "@playwright/test";
import { paths } from "#contracts/paths.ts";
import { startProtonClient } from "#gateway/test-support/proton-client.ts";
import { makeProtonTraffic } from "#provisioner/testing/proton-traffic.ts";
import { makeCredential } from "./make-credential.ts";
import { openAs, test } from "./test.ts";

/** A few sampling passes of the provisioner. */
const sampledMs = 60_000;

/** What an address's pages must say; `chart` in the words beside it. */
interface Truth {
  readonly depth: number;
  readonly deadLetters: number;
  readonly totals: Readonly<Record<string, number>>;
  readonly chart: string;
}

const figure = (page: Page, title: string): Locator => page.getByLabel("Numbers").locator("div").filter({ has: page.locator("dt", { hasText: new RegExp(`^${title}$`) }) }).locator("dd");
const total = (page: Page, title: string): Locator => page.locator("dl > div").filter({ has: page.locator("dt", { hasText: new RegExp(`^${title}$`) }) }).locator("dd");
/** A number, perhaps with a trend behind it. */
const exactly = (value: number): RegExp => new RegExp(`^${value.toLocaleString("en")}(?!\\d)`);

test("each number in the browser is the truth of a foreign client's traffic, with the gateway killed and started in the middle", async ({ bed, browser }) => {
  test.setTimeout(300_000);
  const { tenant, space } = bed.scope;
  const api = await bed.api("dev@acme.test");
  for (const [name, type] of [["true/orders", "queue"], ["true/stock", "queue"], ["true/calls", "anycast"]] as const) await api.addresses.create.mutate({ ...bed.scope, type, name, planId: `${type}-small` });
  for (const name of ["true/orders", "true/stock", "true/calls"]) await expect.poll(async () => (await api.addresses.get.query({ ...bed.scope, name })).phase).toBe("Active");
  // A chart shows what comes between two samples that stand close together: before any traffic there is to be a first one.
  const sampled = (name: string) => expect.poll(async () => (await api.addresses.get.query({ ...bed.scope, name })).statistics, { timeout: sampledMs }).toMatchObject({ sampledAt: expect.any(String), notKnownSince: null });
  for (const name of ["true/orders", "true/stock", "true/calls"]) await sampled(name);
  const { login, secret } = await makeCredential(bed, "truth");
  const url = `amqp://127.0.0.1:${bed.platform.ports.amqp}`;
  const page = await openAs(browser, bed, "dev@acme.test", paths.address(tenant, space, "true/orders"));

  const shows = async (name: string, { depth, deadLetters, totals, chart }: Truth) => {
    await page.goto(`${bed.consoleUrl}${paths.addresses(tenant, space)}?search=${encodeURIComponent(name)}`);
    const row = page.getByRole("grid", { name: "Addresses" }).getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
    await expect(row.locator('[data-label="Depth"]')).toHaveText(exactly(depth), { timeout: sampledMs });
    await expect(row.locator('[data-label="Dead letters"]')).toHaveText(exactly(deadLetters), { timeout: sampledMs });
    await row.getByRole("link", { name, exact: true }).click();
    for (const [title, value] of Object.entries(totals)) await expect(total(page, title), title).toHaveText(exactly(value), { timeout: sampledMs });
    await expect(figure(page, "Depth")).toHaveText(exactly(depth));
    await expect(figure(page, "Dead letters")).toHaveText(exactly(deadLetters));
    await expect(page.getByText(`In this time: ${chart}.`)).toBeVisible({ timeout: sampledMs });
  };

  expect(
    await makeProtonTraffic({ url, login, secret }, [
      // Expired ones stand first, so that the receiver comes past them.
      { send: "true/orders", count: 4, ttl: 0.001 },
      { send: "true/orders", count: 12 },
      { send: "true/orders", count: 6, presettled: true },
      { send: "true/orders", count: 1 },
      { receive: "true/orders", outcomes: ["accept", "accept", "accept", "reject"] },
      { receive: "true/orders", outcomes: ["release"] },
    ]),
  ).toMatchObject({ accept: 3, reject: 1, release: 1 });
  const first = { "Taken from senders": 23, "Handed to receivers, each attempt": 5, Acknowledged: 3, "Rejected by receivers": 1, "Given back by receivers": 1, "Refused to senders": 0, Expired: 4, "Became dead letters": 1 };
  await shows("true/orders", { depth: 15, deadLetters: 1, totals: first, chart: "23 in, 5 out, 3 acknowledged, 1 rejected, 1 released, 4 expired, 1 dead-lettered" });
  // Proton says of no message when it was made: the broker does.
  await expect(figure(page, "Oldest")).toHaveText(/ago|now/, { timeout: sampledMs });

  await bed.gateway.kill();
  await bed.gateway.start();
  await expect.poll(async () => (await bed.healthOf("gateway")).ready, { timeout: sampledMs }).toBe(true);
  await makeProtonTraffic({ url, login, secret }, [{ receive: "true/orders", outcomes: ["accept", "accept", "reject"] }, { take: "true/orders", count: 2 }, { send: "true/orders", count: 3 }, { pass: "true/calls", count: 7 }]);
  const second = { ...first, "Taken from senders": 26, "Handed to receivers, each attempt": 10, Acknowledged: 7, "Rejected by receivers": 2, "Became dead letters": 2 };
  await shows("true/orders", { depth: 13, deadLetters: 2, totals: second, chart: "26 in, 10 out, 7 acknowledged, 2 rejected, 1 released, 4 expired, 2 dead-lettered" });
  await page.goto(`${bed.consoleUrl}${paths.address(tenant, space, "true/calls")}`);
  await expect(page.getByText("In this time: 7 in, 7 out, 7 acknowledged.")).toBeVisible({ timeout: sampledMs });
  for (const title of ["Taken from senders", "Handed to receivers, each attempt", "Acknowledged"]) await expect(total(page, title), title).toHaveText("7");

  // One that stays sends three, accepts two and rejects one of them.
  await using client = startProtonClient({ url, user: login, password: secret, container: "true-client", address: "true/stock", tried: "nowhere" });
  await expect.poll(() => client.told.filter(({ what }) => what === "received").length, { timeout: 30_000 }).toBe(3);
  const stock = { ...first, "Taken from senders": 3, "Handed to receivers, each attempt": 3, Acknowledged: 2, "Rejected by receivers": 1, "Given back by receivers": 0, Expired: 0, "Became dead letters": 1 };
  await shows("true/stock", { depth: 0, deadLetters: 1, totals: stock, chart: "3 in, 3 out, 2 acknowledged, 1 rejected, 1 dead-lettered" });
  await expect(figure(page, "Senders")).toHaveText("1");
  await expect(figure(page, "Receivers")).toHaveText("1");
  await page.goto(`${bed.consoleUrl}${paths.connections(tenant, space)}?search=true-client`);
  const connection = page.getByRole("grid", { name: "Connections" }).getByRole("row").filter({ hasText: "true-client" });
  await expect(connection.locator('[data-label="Links"]')).toHaveText("2", { timeout: sampledMs });
  await connection.getByRole("link", { name: "true-client" }).click();
  for (const title of ["Sends", "Receives"]) await expect(total(page, title), title).toHaveText(/(^|, )3 since it connected$/, { timeout: sampledMs });
  const link = (role: string) => page.getByRole("grid", { name: "Links" }).getByRole("row").filter({ hasText: role });
  const cells = async (role: string) => Object.fromEntries(await Promise.all(["Accepted", "Rejected", "Released", "Modified", "Unsettled"].map(async (title) => [title, await link(role).locator(`[data-label="${title}"]`).textContent()])));
  await expect.poll(() => cells("Receives"), { timeout: sampledMs }).toEqual({ Accepted: "2", Rejected: "1", Released: "0", Modified: "0", Unsettled: "0" });
  expect(await cells("Sends")).toEqual({ Accepted: "3", Rejected: "0", Released: "0", Modified: "0", Unsettled: "0" });
  await page.context().close();
});
