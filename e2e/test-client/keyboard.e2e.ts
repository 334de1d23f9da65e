import type { Locator, Page } from "@playwright/test";
import { paths } from "#contracts/paths.ts";
import { acme, makeAddress } from "../support/console.ts";
import { expect, test } from "../support/test.ts";
import { body, link, pane, received, sent } from "./panes.ts";

const mostSteps = 80;

/** Whether somebody can see where the focus is: marked as focused, in sight, and under nothing else. */
function isFocusSeen(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body || !element.matches(":focus-visible")) return false;
    const { left, top, width, height } = element.getBoundingClientRect();
    const seen = document.elementFromPoint(left + width / 2, top + height / 2);
    return seen !== null && (element.contains(seen) || seen.contains(element));
  });
}

/** Goes on with the Tab key, and says so when the focus is out of sight on the way, or does not get there. */
async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const element = await target.elementHandle();
  for (let step = 0; step < mostSteps; step += 1) {
    await page.keyboard.press(key);
    expect(await isFocusSeen(page), `the focus is seen after ${step + 1} steps to ${target}`).toBe(true);
    if (await page.evaluate((wanted) => document.activeElement === wanted, element)) return;
  }
  throw new Error(`${target} cannot be reached with ${key}.`);
}

test("addresses are chosen, messages sent, received, settled and looked at by the keyboard alone, with the focus always in sight and never lost while messages arrive", async ({ openAs }) => {
  test.setTimeout(150_000);
  await using address = await makeAddress("queue");
  const page = await openAs("dev@acme.test", paths.testClient(acme.tenant, acme.space));
  const addressOf = (name: string) => pane(page, name).getByRole("textbox", { name: "Address" }).or(pane(page, name).getByRole("combobox", { name: "Address" }));
  await expect(addressOf("Send")).toBeVisible();
  for (const name of ["Send", "Receive"]) {
    await tabTo(page, addressOf(name));
    await page.keyboard.type(address.name);
    await page.keyboard.press("Enter");
    await expect(addressOf(name)).toBeFocused();
    await expect(link(page, name)).toBeVisible();
  }
  const receiver = pane(page, "Receive");
  await tabTo(page, receiver.getByRole("radio", { name: "Settle by itself" }));
  await page.keyboard.press("ArrowDown");
  await expect(receiver.getByRole("radio", { name: "Settle by hand" })).toBeChecked();
  const run = receiver.getByRole("button", { name: /^(Start|Stop) receiving$/ });
  await tabTo(page, run);
  await page.keyboard.press("Enter");
  await expect(run).toHaveText("Stop receiving");
  await expect(run).toBeFocused();
  await expect(link(page, "Receive")).toContainText("attached");

  // Sending goes on while the keyboard is elsewhere.
  await expect(link(page, "Send")).toContainText("may be sent now");
  await tabTo(page, body(page), "Shift+Tab");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("parcel {{counter}}");
  for (const [field, text] of [["Messages", "1000"], ["Per second", "5"]] as const) {
    await tabTo(page, pane(page, "Send").getByRole("textbox", { name: field }));
    await page.keyboard.press("Control+A");
    await page.keyboard.type(text);
  }
  const sending = pane(page, "Send").getByRole("button", { name: /^(Send|Stop sending)$/ });
  await tabTo(page, sending);
  await page.keyboard.press("Enter");
  await expect(sending).toHaveText("Stop sending");
  await expect(sending).toBeFocused();
  await expect(sent(page).first()).toContainText("accepted");

  await expect(received(page).nth(3)).toBeVisible();
  await tabTo(page, run);
  const last = receiver.getByRole("list", { name: "Received messages" }).locator("[data-row='1']");
  await tabTo(page, receiver.getByRole("button", { name: "Clear view" }));
  await page.keyboard.press("Tab");
  await page.keyboard.press("End");
  await expect(last.getByRole("button").first()).toBeFocused();
  const before = await received(page).count();
  await expect.poll(() => received(page).first().getAttribute("aria-setsize").then(Number)).toBeGreaterThan(before + 2);
  await expect(last.getByRole("button").first()).toBeFocused();

  await tabTo(page, last.getByRole("button", { name: "Accept" }));
  await page.keyboard.press("Enter");
  await expect(last).toContainText("accepted");
  await expect(last.getByRole("button")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Received message" })).toBeFocused();
  await tabTo(page, page.getByRole("button", { name: "Copy the body" }));
  await page.keyboard.press("Escape");
  await expect(page.getByRole("region", { name: "Received message" })).toHaveCount(0);
  await expect(last.getByRole("button")).toBeFocused();

  await tabTo(page, run, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(run).toHaveText("Start receiving");
  await expect(run).toBeFocused();
  await tabTo(page, sending, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(sending).toHaveText("Send");
  await expect(sending).toBeFocused();
});
