import { paths } from "#contracts/paths.ts";
import { acme, makeAddress, openTestClient } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

test("a message goes from the browser through a queue and back, with its properties and the outcome on both sides", async ({ openAs }) => {
  await using address = await makeAddress("queue");
  const page = await openAs("dev@acme.test", paths.address(acme.tenant, acme.space, address.name));
  await page.getByRole("link", { name: "Try it" }).click();
  await expect(page.getByRole("status", { name: "Sender link" })).toContainText("may be sent now");

  const send = page.getByRole("region", { name: "Send" });
  await send.getByRole("textbox", { name: "Body" }).fill("two parcels");
  await send.getByRole("textbox", { name: "Subject" }).fill("delivery");
  await send.getByRole("button", { name: "Add a property" }).click();
  await send.getByRole("textbox", { name: "Name of property 1" }).fill("weight");
  await send.getByRole("combobox", { name: "Type of property 1" }).selectOption("Integer");
  await send.getByRole("textbox", { name: "Value of property 1" }).fill("12");
  await send.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByRole("list", { name: "Sent messages" }).getByRole("listitem")).toContainText("accepted");

  await page.getByRole("button", { name: "Start receiving" }).click();
  const received = page.getByRole("list", { name: "Received messages" }).getByRole("listitem");
  await expect(received).toContainText("accepted");
  await received.getByText("delivery").first().click();
  await expect(received.getByLabel("Body")).toHaveText("two parcels");
  await expect(received.getByRole("row", { name: "weight 12" })).toBeVisible();
});

test("settling by hand: a released message comes again, a rejected one does not", async ({ openAs }) => {
  await using address = await makeAddress("queue");
  const page = await openAs("dev@acme.test", paths.space(acme.tenant, acme.space));
  await openTestClient(page, address.name);
  await page.getByRole("radio", { name: "Settle by hand" }).check();
  await page.getByRole("button", { name: "Start receiving" }).click();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const rows = page.getByRole("list", { name: "Received messages" }).getByRole("listitem");
  await rows.getByRole("button", { name: "Release" }).click();
  await expect(rows).toHaveCount(2);
  await rows.getByRole("button", { name: "Reject" }).click();
  await expect(rows.filter({ hasText: "rejected" })).toHaveCount(1);
  await expect(rows.filter({ hasText: "released" })).toHaveCount(1);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(rows).toHaveCount(3);
});

test("an anycast sender waits until somebody listens, and learns the consumer's outcome", async ({ openAs }) => {
  await using address = await makeAddress("anycast");
  const page = await openAs("dev@acme.test", paths.space(acme.tenant, acme.space));
  await openTestClient(page, address.name);
  await expect(page.getByRole("status", { name: "Sender link" })).toContainText("Nobody listens");
  await page.getByRole("radio", { name: "Settle by hand" }).check();
  await page.getByRole("button", { name: "Start receiving" }).click();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByRole("list", { name: "Received messages" }).getByRole("button", { name: "Reject" }).click();
  const sent = page.getByRole("list", { name: "Sent messages" }).getByRole("listitem");
  await expect(sent).toContainText("rejected");
  await expect(sent).toContainText("Rejected by hand in the test client.");
});

test("a topic gives a copy to each of two browsers", async ({ openAs }) => {
  await using address = await makeAddress("topic");
  const [one, two] = await Promise.all([0, 1].map(() => openAs("dev@acme.test", paths.space(acme.tenant, acme.space))));
  for (const page of [one, two]) {
    await openTestClient(page!, address.name);
    await page!.getByRole("button", { name: "Start receiving" }).click();
    await expect(page!.getByRole("status", { name: "Receiver link" })).toContainText("Takes 10 more");
  }
  await one!.getByRole("button", { name: "Send", exact: true }).click();
  for (const page of [one, two]) {
    await expect(page!.getByRole("list", { name: "Received messages" }).getByRole("listitem")).toContainText("Hello from Postroom");
  }
});

test("a JSON body that is not JSON is refused at its field, and nothing is sent", async ({ openAs }) => {
  await using address = await makeAddress("queue");
  const page = await openAs("dev@acme.test", paths.space(acme.tenant, acme.space));
  await openTestClient(page, address.name);
  await page.getByRole("button", { name: "JSON" }).click();
  await page.getByRole("textbox", { name: "Body" }).fill("{");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByText("This is not valid JSON.")).toBeVisible();
  await expect(page.getByText("Nothing sent yet")).toBeVisible();
});

test("many messages go at a stroke, are browsed by a selector and stay, and one goes again after an edit", async ({ openAs }) => {
  await using address = await makeAddress("queue");
  const page = await openAs("dev@acme.test", paths.space(acme.tenant, acme.space));
  await openTestClient(page, address.name);
  const send = page.getByRole("region", { name: "Send" });
  await send.getByRole("textbox", { name: "Body" }).fill("parcel {{counter}}");
  await send.getByRole("button", { name: "Add a property" }).click();
  await send.getByRole("textbox", { name: "Name of property 1" }).fill("number");
  await send.getByRole("combobox", { name: "Type of property 1" }).selectOption("Long");
  await send.getByRole("textbox", { name: "Value of property 1" }).fill("{{counter}}");
  await send.getByRole("textbox", { name: "Messages" }).fill("20");
  await send.getByRole("button", { name: "Send", exact: true }).click();
  const sent = page.getByRole("list", { name: "Sent messages" }).getByRole("listitem");
  await expect(sent.filter({ hasText: "accepted" })).toHaveCount(20);

  const receive = page.getByRole("region", { name: "Receive" });
  const received = page.getByRole("list", { name: "Received messages" }).getByRole("listitem");
  await receive.getByRole("radio", { name: "Browse" }).check();
  await receive.getByRole("textbox", { name: "Selector" }).fill("number > 18");
  await receive.getByRole("button", { name: "Start receiving" }).click();
  await expect(received.filter({ hasText: "browsed" })).toHaveText([/parcel 20/, /parcel 19/]);
  await receive.getByRole("button", { name: "Stop receiving" }).click();
  await receive.getByRole("button", { name: "Clear view" }).click();

  await send.getByRole("textbox", { name: "Messages" }).fill("1");
  await send.getByRole("textbox", { name: "Body" }).fill("something else");
  await sent.first().locator("summary").click();
  await sent.first().getByRole("button", { name: "Edit and send again" }).click();
  await expect(send.getByRole("textbox", { name: "Body" })).toHaveValue("parcel {{counter}}");
  await send.getByRole("button", { name: "Hex" }).click();
  await send.getByRole("textbox", { name: "Body" }).fill("01 02 ff");
  await send.getByRole("button", { name: "Send", exact: true }).click();
  await expect(sent.filter({ hasText: "accepted" })).toHaveCount(21);

  await receive.getByRole("radio", { name: "Accept by itself" }).check();
  await receive.getByRole("textbox", { name: "Selector" }).fill("");
  await receive.getByRole("button", { name: "Start receiving" }).click();
  await expect(received.filter({ hasText: "accepted" })).toHaveCount(21);
  await expect(received.filter({ hasText: "01 02 ff" })).toHaveCount(1);
});
