import { paths } from "#contracts/paths.ts";
import { acme, makeAddress, phaseTimeoutMs } from "../support/console.ts";
import { expect, test } from "../support/test.ts";
import { body, link, openMore, pane, received, send, start, stop, total } from "./panes.ts";

test("sending goes on for a duration, at a rate, until it is stopped, and nothing is sent after that", async ({ openAs }) => {
  await using address = await makeAddress("queue");
  const page = await openAs("dev@acme.test", `${paths.testClient(acme.tenant, acme.space)}?send=${address.name}&receive=${address.name}`);
  await expect(link(page, "Send")).toContainText("may be sent now");
  await start(page);
  const form = pane(page, "Send");
  const accepted = async () => Number(/^(\d+) accepted$/.exec((await form.getByRole("heading", { name: /^\d+ accepted$/ }).textContent()) ?? "")?.[1]);
  await body(page).fill("no. {{counter}}");
  await form.getByRole("textbox", { name: "Messages" }).fill("");
  await expect(form.getByText("A number, or seconds.")).toBeVisible();
  await form.getByRole("textbox", { name: "Per second" }).fill("10");
  await form.getByRole("textbox", { name: "For seconds" }).fill("2");
  await send(page);
  // It has begun, and is over: a look at what is there only meanwhile could come too late.
  await expect(form.getByRole("heading", { name: /accepted$/ })).toBeVisible();
  await expect(form.getByRole("button", { name: "Send", exact: true })).toBeVisible();
  const timed = await accepted();
  expect(timed).toBeGreaterThan(0);
  expect(timed).toBeLessThanOrEqual(20);
  await total(page, timed);

  await form.getByRole("textbox", { name: "For seconds" }).fill("1800");
  await send(page);
  await expect.poll(accepted, { timeout: phaseTimeoutMs }).toBeGreaterThan(timed + 5);
  await form.getByRole("button", { name: "Stop sending" }).click();
  await expect(form.getByRole("button", { name: "Send", exact: true })).toBeVisible();
  const stopped = await accepted();
  await total(page, stopped);
  await form.getByRole("textbox", { name: "Messages" }).fill("1");
  await body(page).fill("after it was stopped");
  await send(page);
  await total(page, stopped + 1);
  await expect(received(page).first()).toContainText("after it was stopped");
});

test("a pane that is paused takes no more than it has given credit for, and one with credit by hand what it was given", async ({ openAs }) => {
  await using address = await makeAddress("queue");
  const page = await openAs("dev@acme.test", `${paths.testClient(acme.tenant, acme.space)}?send=${address.name}&receive=${address.name}`);
  await expect(link(page, "Send")).toContainText("may be sent now");
  const receiver = pane(page, "Receive");
  const credit = receiver.getByRole("spinbutton", { name: "Credit: messages taken at a time" });
  await credit.fill("4");
  await start(page);
  await receiver.getByRole("button", { name: "Pause" }).click();
  await expect(link(page, "Receive")).toContainText("Takes 4 more messages, then pauses.");
  await pane(page, "Send").getByRole("textbox", { name: "Messages" }).fill("10");
  await send(page);
  await total(page, 4);
  await expect(link(page, "Receive")).toContainText("Takes 0 more messages, then pauses.");
  await receiver.getByRole("button", { name: "Go on" }).click();
  await total(page, 10);
  await stop(page);

  await receiver.getByRole("button", { name: "Clear view" }).click();
  await openMore(page, "Receive");
  await receiver.getByRole("checkbox", { name: "Give credit by hand" }).check();
  await start(page);
  await send(page);
  await total(page, 4);
  await expect(link(page, "Receive")).toContainText("Takes 0 more messages.");
  await receiver.getByRole("button", { name: "Give 4 more" }).click();
  await total(page, 8);
  await credit.fill("3");
  await receiver.getByRole("button", { name: "Give 3 more" }).click();
  await total(page, 10);
  await expect(link(page, "Receive")).toContainText("Takes 1 more message.");
});
