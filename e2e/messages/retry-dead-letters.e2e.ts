import { acme, makeAddress, openTestClient } from "../support/console.ts";
import { expect, test } from "../support/test.ts";
import { paths } from "#contracts/paths.ts";

test("rejected messages are found among the dead letters, retried, and purged with all that waits", async ({ openAs }) => {
  await using address = await makeAddress("queue");
  const page = await openAs("dev@acme.test", paths.space(acme.tenant, acme.space));
  await openTestClient(page, address.name);
  const send = page.getByRole("region", { name: "Send" });
  await send.getByRole("textbox", { name: "Body" }).fill("parcel {{counter}}");
  await send.getByRole("textbox", { name: "Messages" }).fill("3");
  await send.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByRole("radio", { name: "Settle by hand" }).check();
  await page.getByRole("button", { name: "Start receiving" }).click();
  const received = page.getByRole("list", { name: "Received messages" }).getByRole("listitem");
  await expect(received).toHaveCount(3);
  for (const parcel of ["parcel 1", "parcel 2"]) {
    await received.filter({ hasText: parcel }).getByRole("button", { name: "Reject" }).click();
    await expect(received.filter({ hasText: parcel })).toContainText("rejected");
  }
  await page.getByRole("button", { name: "Stop receiving" }).click();

  await page.getByRole("tab", { name: "Messages" }).click();
  const main = page.getByRole("main");
  await expect(main.getByRole("button", { name: "Waiting (1)" })).toBeVisible();
  await main.getByRole("button", { name: "Dead letters (2)" }).click();
  const dead = main.getByRole("list", { name: "Dead letters" }).locator("> li");
  await expect(dead).toHaveCount(2);
  await dead.filter({ hasText: "parcel 2" }).locator("summary").click();
  await expect(dead.getByRole("row", { name: `came from ${address.name}` })).toBeVisible();
  await main.getByRole("textbox", { name: "Selector" }).fill("nonsense = = 1");
  await main.getByRole("button", { name: "Find" }).click();
  await expect(main.getByText("does not understand this selector")).toBeVisible();
  await main.getByRole("textbox", { name: "Selector" }).fill("");
  await main.getByRole("button", { name: "Find" }).click();
  await expect(dead).toHaveCount(2);

  await main.getByRole("button", { name: "Retry all" }).click();
  const operations = page.getByRole("list", { name: "Operations of this space" });
  await expect(operations.getByRole("listitem", { name: `Retry dead letters of ${address.name}` })).toContainText("Done");
  await expect(main.getByText("No dead letters", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Close the operations" }).click();
  await main.getByRole("button", { name: "Waiting (3)" }).click();
  const waiting = main.getByRole("list", { name: "Messages" }).locator("> li");
  await expect(waiting).toHaveText([/parcel 3/, /parcel 1/, /parcel 2/]);

  await main.getByRole("button", { name: "Purge all" }).click();
  const dialog = page.getByRole("dialog", { name: `Purge the messages of ${address.name}?` });
  await expect(dialog.getByRole("button", { name: "Purge" })).toBeDisabled();
  await dialog.getByRole("textbox", { name: "Type 3 to go on" }).fill("3");
  await dialog.getByRole("button", { name: "Purge" }).click();
  await expect(operations.getByRole("listitem", { name: `Purge ${address.name}` })).toContainText("3 of 3");
  await expect(main.getByText("No messages wait", { exact: true })).toBeVisible();
});
