import { paths } from "#contracts/paths.ts";
import { acme, makeAddress, openTestClient, phaseOf, phaseTimeoutMs, uniqueName } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

test("a subscription made from its topic's page keeps what is sent while nobody receives, and goes with its topic", async ({ openAs }) => {
  await using topic = await makeAddress("topic");
  const name = uniqueName("reader");
  const page = await openAs("dev@acme.test", paths.address(acme.tenant, acme.space, topic.name));
  const card = page.getByRole("region", { name: "Subscriptions" });
  await expect(card).toContainText("None yet.");
  await card.getByRole("link", { name: "Create subscription" }).click();

  await expect(page.getByRole("radio", { name: "Subscription" })).toBeChecked();
  const chosen = page.getByRole("combobox", { name: "Topic" });
  await expect(chosen).toHaveValue(topic.name);
  await chosen.fill("no-such-topic");
  await page.keyboard.press("Escape");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(name);
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByText("There is no topic “no-such-topic” in this space.")).toBeVisible();
  await expect(chosen).toBeFocused();
  // By the keyboard alone: typed, found, chosen.
  await chosen.fill(topic.name.slice(0, -2));
  await expect(page.getByRole("option", { name: topic.name })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(chosen).toHaveValue(topic.name);
  for (let step = 1; step <= 3; step++) await page.getByRole("button", { name: "Next" }).click();
  const review = page.getByRole("form", { name: "Step 4 of 4" });
  await expect(review).toContainText(`of the topic ${topic.name}`);
  await review.getByText("The same as YAML").click();
  await expect(review.getByText(`topic: "${topic.name}"`)).toBeVisible();
  await page.getByRole("button", { name: "Create address" }).click();
  await expect(phaseOf(page)).toHaveText("Active", { timeout: phaseTimeoutMs });

  await openTestClient(page, topic.name);
  const send = page.getByRole("region", { name: "Send" });
  await send.getByRole("textbox", { name: "Body" }).fill("news {{counter}}");
  await send.getByRole("textbox", { name: "Messages" }).fill("2");
  await send.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByRole("list", { name: "Sent messages" }).getByRole("listitem").filter({ hasText: "accepted" })).toHaveCount(2);

  await page.goto(paths.address(acme.tenant, acme.space, topic.name));
  await card.getByRole("link", { name }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
  await page.getByRole("tab", { name: "Try it" }).click();
  await expect(page.getByRole("link", { name: `send to ${topic.name}` })).toBeVisible();
  await page.getByRole("radio", { name: "Settle by hand" }).check();
  await page.getByRole("button", { name: "Start receiving" }).click();
  const received = page.getByRole("list", { name: "Received messages" }).getByRole("listitem");
  await expect(received).toHaveCount(2);
  await received.filter({ hasText: "news 1" }).getByRole("button", { name: "Reject" }).click();
  await page.getByRole("button", { name: "Stop receiving" }).click();

  await page.getByRole("tab", { name: "Messages" }).click();
  const main = page.getByRole("main");
  await expect(main.getByRole("button", { name: "Waiting (1)" })).toBeVisible();
  await main.getByRole("button", { name: "Dead letters (1)" }).click();
  const dead = main.getByRole("list", { name: "Dead letters" }).locator("> li");
  await dead.filter({ hasText: "news 1" }).locator("summary").click();
  await expect(dead.getByRole("row", { name: `came from ${name}` })).toBeVisible();
  await main.getByRole("button", { name: "Retry all" }).click();
  await page.getByRole("button", { name: "Close the operations" }).click();
  await main.getByRole("button", { name: "Waiting (2)" }).click();
  await expect(main.getByRole("list", { name: "Messages" }).locator("> li")).toHaveText([/news 2/, /news 1/]);

  await main.getByRole("link", { name: topic.name }).click();
  await expect(page.getByRole("heading", { name: topic.name, level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("list", { name: "Subscriptions that are deleted too" })).toHaveText(name);
  await dialog.getByRole("textbox").fill(topic.name);
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(page).toHaveURL(paths.addresses(acme.tenant, acme.space));
  for (const gone of [topic.name, name]) await expect(page.getByRole("link", { name: gone, exact: true })).toHaveCount(0, { timeout: phaseTimeoutMs });
});
