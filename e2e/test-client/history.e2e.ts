import { paths } from "#contracts/paths.ts";
import { acme, fillInLogin, makeAddress } from "../support/console.ts";
import { expect, test } from "../support/test.ts";
import { body, link, pane, send, sent } from "./panes.ts";

test("nobody is shown what another person has sent from the same browser, and secrets are never kept", async ({ openAs }) => {
  await using address = await makeAddress("queue");
  const path = `${paths.testClient(acme.tenant, acme.space)}?send=${address.name}`;
  const page = await openAs("dev@acme.test", path);
  const history = page.getByRole("dialog", { name: "Sent before" });
  const open = async () => {
    await expect(link(page, "Send")).toContainText("may be sent now");
    await pane(page, "Send").getByRole("button", { name: "History" }).click();
    await expect(history).toBeVisible();
  };
  await expect(link(page, "Send")).toContainText("may be sent now");
  for (const text of ["parcel of Dana", "user: dana\npassword: hunter2"]) {
    await body(page).fill(text);
    await send(page);
    await expect(sent(page).first()).toContainText("accepted");
  }
  await open();
  await expect(history.getByRole("listitem").first()).toContainText("Something was left out");
  await expect(history.getByText("hunter2")).toHaveCount(0);
  await expect(history.getByRole("listitem").nth(1)).toContainText("parcel of Dana");
  await history.getByRole("checkbox", { name: "Keep what I send" }).uncheck();
  await page.keyboard.press("Escape");
  await body(page).fill("not to be kept");
  await send(page);
  await expect(sent(page)).toHaveCount(3);
  await open();
  await expect(history.getByRole("listitem")).toHaveCount(2);
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Logged in as dev@acme.test" }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await expect(page.getByLabel("Email")).toBeVisible();
  await fillInLogin(page, "owner@acme.test");
  await expect(page.getByRole("button", { name: "Logged in as owner@acme.test" })).toBeVisible();
  await page.goto(path);
  await expect(body(page)).toHaveValue("Hello from Postroom");
  await open();
  await expect(history.getByText("Nothing was sent yet.")).toBeVisible();
  // The choice of one person is not that of another.
  await expect(history.getByRole("checkbox", { name: "Keep what I send" })).toBeChecked();
});
