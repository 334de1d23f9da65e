import { addressTypeDescriptions } from "#contracts/addresses/type-descriptions.ts";
import { paths } from "#contracts/paths.ts";
import { acme, makeAddress, openTestClient, uniqueName } from "../support/console.ts";
import { expect, test } from "../support/test.ts";
import { link, pane, received as messages, start } from "../test-client/panes.ts";
import { findViolations } from "./axe.ts";

// The rules, half a megabyte of script, would be written into a trace for each page.
test.use({ trace: "off" });

const dialog = "[role=dialog]";

test("neither the steps of the wizard, nor open menus, the search and dialogs break a rule of axe", async ({ openAs }) => {
  test.setTimeout(600_000);
  await using address = await makeAddress("queue");
  const page = await openAs("owner@acme.test", paths.createAddress(acme.tenant, acme.space));
  const found: string[] = [];
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(uniqueName("accessible"));
  await page.getByRole("radio", { name: addressTypeDescriptions.queue.title }).check({ force: true });
  for (const step of [/^Plan for this/, "Options", "Review"]) {
    await page.getByRole("button", { name: "Next" }).click();
    await expect(page.getByRole("heading", { name: step })).toBeVisible();
    found.push(...(await findViolations(page, `wizard, ${step}`, "main")));
  }
  await page.goto(paths.address(acme.tenant, acme.space, address.name));
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  found.push(...(await findViolations(page, "deletion dialog", dialog)));
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Logged in as owner@acme.test" }).click();
  found.push(...(await findViolations(page, "menu of the person")));
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.type("addr");
  found.push(...(await findViolations(page, "search", dialog)));
  expect(found).toEqual([]);
});

test("the test client with messages, a drawer, its history, its code, requests, replies and faults breaks no rule of axe, in a wide window and on a phone", async ({ openAs }) => {
  test.setTimeout(600_000);
  await using address = await makeAddress("queue");
  await using topic = await makeAddress("topic");
  await using direct = await makeAddress("anycast");
  const page = await openAs("dev@acme.test", paths.space(acme.tenant, acme.space));
  await openTestClient(page, address.name);
  const form = page.getByRole("region", { name: "Send", exact: true });
  const received = page.getByRole("list", { name: "Received messages" }).getByRole("listitem");
  const found: string[] = [];
  await form.getByRole("button", { name: "JSON" }).click();
  await form.getByRole("textbox", { name: "Body" }).fill('{"parcels": [{"weight": 2}]}');
  await form.getByRole("button", { name: "Add a property" }).click();
  await form.getByRole("textbox", { name: "Name of property 1" }).fill("weight");
  await form.getByRole("textbox", { name: "Value of property 1" }).fill("12");
  await form.getByRole("textbox", { name: "Messages" }).fill("20");
  for (const toggle of await page.getByRole("button", { name: /^More/ }).all()) await toggle.click();
  await page.getByRole("radio", { name: "Settle by hand" }).check();
  await page.getByRole("button", { name: "Start receiving" }).click();
  await form.getByRole("button", { name: "Send", exact: true }).click();
  await expect(form.getByRole("heading", { name: "20 accepted" })).toBeVisible();
  await received.first().getByRole("button", { name: "Accept" }).click();
  found.push(...(await findViolations(page, "messages")));
  await received.first().getByRole("button").first().click();
  await expect(page.getByRole("region", { name: "Received message" })).toBeVisible();
  found.push(...(await findViolations(page, "drawer", ".pf-v6-c-drawer__panel")));
  await page.keyboard.press("Escape");
  await form.getByRole("button", { name: "History" }).click();
  await expect(page.getByRole("dialog").getByRole("listitem").first()).toBeVisible();
  found.push(...(await findViolations(page, "history", dialog)));
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Code for this" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  found.push(...(await findViolations(page, "code", dialog)));
  await page.keyboard.press("Escape");
  await form.getByRole("button", { name: "AMQP value" }).click();
  await form.getByRole("combobox", { name: "Type of the body" }).selectOption("List (JSON)");
  await form.getByRole("button", { name: "Send", exact: true }).click();
  await expect(form.getByText("Type a list as JSON", { exact: false })).toBeVisible();
  found.push(...(await findViolations(page, "invalid fields", "main")));
  await page.goto(`${paths.testClient(acme.tenant, acme.space)}?send=${address.name}&receive=${topic.name}&request=${direct.name}&settle=${direct.name}&receive=`);
  await start(page, "Receive 2");
  await pane(page, "Request").getByRole("button", { name: "Request", exact: true }).click();
  await messages(page, "Receive 2").first().getByRole("button").first().click();
  await page.getByRole("region", { name: "Received message" }).getByRole("button", { name: "Send the reply" }).click();
  await expect(page.getByText("The reply was accepted.")).toBeVisible();
  found.push(...(await findViolations(page, "reply", ".pf-v6-c-drawer__panel")));
  await page.keyboard.press("Escape");
  await expect(pane(page, "Request").getByRole("status", { name: "Round trips" })).toBeVisible();
  await pane(page, "Receive").getByRole("textbox", { name: "Subscription name" }).fill("accessible");
  await start(page);
  await expect(link(page, "Receive")).toContainText("attached");
  found.push(...(await findViolations(page, "requests, subscription, no address", "main")));
  // Without tickets, panes that start have to wait; without the address there is nothing to start.
  await page.route("**/api/trpc/testClient.open*", (route) => route.abort());
  await page.goto(`${paths.testClient(acme.tenant, acme.space)}?send=${address.name}&receive=nowhere`);
  await expect(pane(page, "Send").getByText("It is tried again by itself.", { exact: false })).toBeVisible();
  await expect(page.getByText("There is no address nowhere")).toBeVisible();
  found.push(...(await findViolations(page, "faults", "main")));
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByRole("group", { name: "Pane in sight" })).toBeVisible();
  found.push(...(await findViolations(page, "phone")));
  expect(found).toEqual([]);
});
