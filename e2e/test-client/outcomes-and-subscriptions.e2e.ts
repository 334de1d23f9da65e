import { paths } from "#contracts/paths.ts";
import { acme, makeAddress, uniqueName } from "../support/console.ts";
import { expect, test } from "../support/test.ts";
import { body, link, openMore, pane, received, send, sent, start, stop } from "./panes.ts";

test("a modified message says to its sender why, and comes again to others with one attempt more", async ({ openAs }) => {
  await using direct = await makeAddress("anycast");
  await using queue = await makeAddress("queue");
  const page = await openAs("dev@acme.test", `${paths.testClient(acme.tenant, acme.space)}?send=${direct.name}&settle=${direct.name}`);
  const receiver = pane(page, "Receive");
  await openMore(page, "Receive");
  await receiver.getByRole("checkbox", { name: "Undeliverable here" }).check();
  await receiver.getByRole("button", { name: "Add an annotation" }).click();
  await receiver.getByRole("textbox", { name: "Name of annotation 1" }).fill("x-opt-why");
  await receiver.getByRole("textbox", { name: "Value of annotation 1" }).fill("not today");
  await start(page);
  await expect(link(page, "Send")).toContainText("may be sent now");
  await send(page);
  await received(page).getByRole("button", { name: "Modify" }).click();
  await expect(sent(page)).toContainText("modified");
  await sent(page).getByRole("button").click();
  await expect(page.getByRole("region", { name: "Sent message" }).getByText("The delivery failed. It cannot be delivered there. x-opt-why: not today")).toBeVisible();

  await page.goto(`${paths.testClient(acme.tenant, acme.space)}?send=${queue.name}&settle=${queue.name}&settle=${queue.name}`);
  await openMore(page, "Receive");
  await expect(receiver.getByRole("checkbox", { name: "Undeliverable here" })).toBeChecked();
  await start(page);
  await expect(link(page, "Send")).toContainText("may be sent now");
  await send(page);
  await received(page).getByRole("button", { name: "Modify" }).click();
  await expect(received(page)).toHaveText([/modified/]);
  await start(page, "Receive 2");
  await received(page, "Receive 2").getByRole("button").first().click();
  await expect(page.getByRole("region", { name: "Received message" }).getByRole("row", { name: "delivery-count 1 uint" })).toBeVisible();
  await expect(received(page)).toHaveText([/modified/]);
});

test("a subscription with a name keeps messages while nobody receives until it is ended, and receivers share one", async ({ openAs }) => {
  await using topic = await makeAddress("topic");
  const page = await openAs("dev@acme.test", `${paths.testClient(acme.tenant, acme.space)}?send=${topic.name}&receive=${topic.name}&receive=${topic.name}`);
  const name = uniqueName("nightly");
  const attach = async (receiver: string) => {
    await start(page, receiver);
    await expect(link(page, receiver)).toContainText("attached");
  };
  const sendText = async (text: string) => {
    await body(page).fill(text);
    await send(page);
    await expect(sent(page).first()).toContainText("accepted");
    await expect(sent(page).first()).toContainText(text);
  };
  const subscription = (receiver: string) => pane(page, receiver).getByRole("textbox", { name: "Subscription name" });
  await subscription("Receive").fill(name);
  await attach("Receive");
  await stop(page);
  await sendText("kept");
  await attach("Receive");
  await expect(received(page)).toHaveText([/kept/]);
  await pane(page, "Receive").getByRole("button", { name: "Unsubscribe and stop" }).click();
  await expect(pane(page, "Receive").getByRole("button", { name: "Start receiving" })).toBeVisible();
  await sendText("for nobody");
  await attach("Receive");
  await sendText("after it began anew");
  await expect(received(page)).toHaveText([/after it began anew/, /kept/]);
  await stop(page);

  for (const each of ["Receive", "Receive 2"]) {
    await subscription(each).fill(`${name}/shared`);
    await pane(page, each).getByRole("checkbox", { name: "Shared with other receivers" }).check();
    await attach(each);
  }
  await pane(page, "Receive").getByRole("button", { name: "Clear view" }).click();
  await pane(page, "Send").getByRole("textbox", { name: "Messages" }).fill("10");
  await body(page).fill("copy {{counter}}");
  await send(page);
  const rows = async () => (await Promise.all(["Receive", "Receive 2"].map((each) => received(page, each).allTextContents()))).map((texts) => texts.map((text) => Number(/copy (\d+)/.exec(text)?.[1])));
  await expect.poll(async () => (await rows()).flat().toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect((await rows()).map(({ length }) => length > 0)).toEqual([true, true]);
});
