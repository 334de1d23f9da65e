import { paths } from "#contracts/paths.ts";
import { acme, makeAddress, openTestClient } from "../support/console.ts";
import { expect, test } from "../support/test.ts";
import { pane as region, received, send, sent, start } from "./panes.ts";

test("a message goes from the browser through a queue and back, with every section, its types and the outcome on both sides", async ({ openAs }) => {
  await using address = await makeAddress("queue");
  const page = await openAs("dev@acme.test", paths.address(acme.tenant, acme.space, address.name));
  await page.getByRole("tab", { name: "Try it" }).click();
  await expect(page.getByRole("status", { name: "Send link" })).toContainText("may be sent now");

  const form = region(page, "Send");
  await form.getByRole("button", { name: "JSON" }).click();
  await form.getByRole("textbox", { name: "Body" }).fill("{");
  await send(page);
  await expect(form.getByText("This is not valid JSON.")).toBeVisible();
  await expect(form.getByText("Nothing sent yet")).toBeVisible();
  await form.getByRole("textbox", { name: "Body" }).fill('{"parcels": [{"weight": 2}]}');
  await form.getByRole("textbox", { name: "Subject" }).fill("delivery");
  await form.getByRole("button", { name: "Add a property" }).click();
  await form.getByRole("textbox", { name: "Name of property 1" }).fill("weight");
  await form.getByRole("combobox", { name: "Type of property 1" }).selectOption("Unsigned short");
  await form.getByRole("textbox", { name: "Value of property 1" }).fill("12");
  await send(page);
  await expect(sent(page)).toContainText("accepted");

  await start(page);
  await expect(received(page)).toContainText("accepted");
  await received(page).getByRole("button", { name: "delivery" }).click();
  const detail = page.getByRole("region", { name: "Received message" });
  await expect(detail.getByRole("row", { name: "weight 12 ushort" })).toBeVisible();
  await expect(detail.getByRole("row", { name: "content-type application/json symbol" })).toBeVisible();
  await expect(detail.getByText("weight: 2")).toBeVisible();
  await detail.getByRole("button", { name: "Edit and send again" }).click();
  await page.keyboard.press("Escape");
  await expect(form.getByRole("textbox", { name: "Value of property 1" })).toHaveValue("12");
  await form.getByRole("button", { name: "Hex" }).click();
  await form.getByRole("textbox", { name: "Body" }).fill("01 02 ff");
  await send(page);
  await expect(received(page)).toHaveCount(2);

  // What was typed is there after a reload, and what was sent before can be found and sent again.
  await page.reload();
  await expect(form.getByRole("textbox", { name: "Body" })).toHaveValue("01 02 ff");
  await expect(page.getByRole("status", { name: "Send link" })).toContainText("may be sent now");
  await form.getByRole("button", { name: "History" }).click();
  const history = page.getByRole("dialog", { name: "Sent before" });
  await history.getByRole("textbox", { name: "Find a send" }).fill("parcels");
  await history.getByRole("button", { name: "Name it" }).first().click();
  await history.getByRole("textbox", { name: "Name" }).last().fill("two parcels");
  await history.getByRole("button", { name: "Keep under this name" }).click();
  await history.getByRole("listitem").filter({ hasText: "two parcels" }).getByRole("button", { name: "Send again" }).click();
  await expect(sent(page)).toContainText("accepted");
});

test("settling by hand: a released message comes again, a rejected one does not; by the keyboard, whose focus is never lost", async ({ openAs }) => {
  await using address = await makeAddress("queue");
  const page = await openAs("dev@acme.test", paths.space(acme.tenant, acme.space));
  await openTestClient(page, address.name);
  await page.getByRole("radio", { name: "Settle by hand" }).check();
  await start(page);
  await send(page);
  await received(page).getByRole("button", { name: "Release" }).press("Enter");
  await expect(received(page)).toHaveCount(2);
  const released = received(page).filter({ hasText: "released" }).getByRole("button");
  await expect(released).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Received message" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(released).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(received(page).first().getByRole("button").first()).toBeFocused();
  await received(page).getByRole("button", { name: "Reject" }).click();
  await expect(received(page).filter({ hasText: "rejected" })).toHaveCount(1);
  await expect(received(page).filter({ hasText: "released" })).toHaveCount(1);
  await send(page);
  await expect(received(page)).toHaveCount(3);

  for (const [opener, dialog] of [["History", "Sent before"], ["Code for this", /code/i]] as const) {
    const button = page.getByRole("button", { name: opener });
    await button.press("Enter");
    await expect(page.getByRole("dialog", { name: dialog })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(button).toBeFocused();
  }
  await page.getByRole("button", { name: "Remove Receive" }).press("Enter");
  await expect(region(page, "Receive")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Sender", exact: true })).toBeFocused();
});

test("an anycast request gets its reply from another pane, and a rejection arrives with its reason", async ({ openAs }) => {
  await using address = await makeAddress("anycast");
  const page = await openAs("dev@acme.test", `${paths.testClient(acme.tenant, acme.space)}?send=${address.name}&settle=${address.name}&request=${address.name}`);
  await expect(page.getByRole("status", { name: "Send link" })).toContainText("Nobody listens");
  await start(page);
  await send(page);
  await sent(page).getByRole("button").first().click();
  const opened = page.getByRole("region", { name: "Sent message" });
  await expect(opened.getByText("waiting")).toBeVisible();
  // What was opened lies over the other pane, and shows what becomes of its message.
  await received(page).getByRole("button", { name: "Reject" }).dispatchEvent("click");
  await expect(opened.getByText("Rejected by hand in the test client.")).toBeVisible();
  await opened.getByRole("button", { name: "Close the message" }).click();
  await expect(sent(page)).toContainText("rejected");

  const request = region(page, "Request");
  await request.getByRole("button", { name: "Request", exact: true }).click();
  await received(page).first().getByRole("button").first().click();
  const detail = page.getByRole("region", { name: "Received message" });
  await detail.getByRole("textbox", { name: "Reply" }).fill("here you are");
  await detail.getByRole("button", { name: "Send the reply" }).click();
  await expect(detail.getByText("The reply was accepted.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(request.getByRole("list", { name: "Requests" }).getByRole("listitem")).toContainText("here you are");
  await expect(request.getByRole("status", { name: "Round trips" })).toContainText("1 round trip:");

  await page.getByRole("button", { name: "Code for this" }).click();
  const code = page.getByRole("dialog", { name: /code/i });
  await code.getByRole("combobox", { name: "Pane" }).selectOption({ label: `Request: ${address.name}` });
  await expect(code.getByText("source: { dynamic: true }")).toBeVisible();
});

test("a topic gives a copy to each of two receivers, and the address bar names the panes", async ({ openAs }) => {
  await using address = await makeAddress("topic");
  const page = await openAs("dev@acme.test", paths.space(acme.tenant, acme.space));
  await openTestClient(page, address.name);
  await page.getByRole("button", { name: "Receiver", exact: true }).click();
  await expect(page).toHaveURL(/\?send=.*&receive=.*&receive=/);
  for (const pane of ["Receive", "Receive 2"]) {
    await start(page, pane);
    await expect(page.getByRole("status", { name: `${pane} link`, exact: true })).toContainText("Takes 100 more");
  }
  await send(page);
  for (const pane of ["Receive", "Receive 2"]) await expect(received(page, pane)).toContainText("Hello from Postroom");
});

test("many messages go at a stroke or from a file, and are browsed by a selector and stay", async ({ openAs }) => {
  await using address = await makeAddress("queue");
  const page = await openAs("dev@acme.test", paths.space(acme.tenant, acme.space));
  await openTestClient(page, address.name);
  const form = region(page, "Send");
  await form.getByRole("textbox", { name: "Body" }).fill("parcel {{counter}}");
  await form.getByRole("button", { name: "Add a property" }).click();
  await form.getByRole("textbox", { name: "Name of property 1" }).fill("number");
  await form.getByRole("combobox", { name: "Type of property 1" }).selectOption("Long");
  await form.getByRole("textbox", { name: "Value of property 1" }).fill("{{counter}}");
  await form.getByRole("textbox", { name: "Messages" }).fill("200");
  await send(page);
  await expect(form.getByRole("heading", { name: "200 accepted" })).toBeVisible();

  const receive = region(page, "Receive");
  await receive.getByRole("radio", { name: "Browse" }).check();
  await receive.getByRole("textbox", { name: "Selector" }).fill("number > 198");
  await start(page);
  await expect(received(page).filter({ hasText: "browsed" })).toHaveText([/parcel 200/, /parcel 199/]);
  await receive.getByRole("button", { name: "Stop receiving" }).click();

  await form.getByRole("textbox", { name: "Body" }).fill("{{name}} of {{line}}");
  await form.getByLabel("File with lines").setInputFiles({ name: "parcels.csv", mimeType: "text/csv", buffer: Buffer.from("name,kg\nbox,2\ntube,1\n") });
  await expect(form.getByText("2 messages from parcels.csv")).toBeVisible();
  await send(page);
  await expect(form.getByRole("heading", { name: "202 accepted" })).toBeVisible();
  await receive.getByRole("radio", { name: "Settle by itself" }).check();
  await receive.getByRole("textbox", { name: "Selector" }).fill("");
  await start(page);
  await expect(receive.getByText("204 messages received")).toBeVisible();
  await expect(received(page).first()).toContainText("tube of tube,1");
});
