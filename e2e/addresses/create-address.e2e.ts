import type { Page } from "@playwright/test";
import { addressTypes, isStored, type AddressType } from "#contracts/addresses/address-type.ts";
import { addressTypeDescriptions } from "#contracts/addresses/type-descriptions.ts";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import { paths } from "#contracts/paths.ts";
import { acme, makeAddress, phaseOf, phaseTimeoutMs, removeAddress, uniqueName } from "../support/console.ts";
import { lookBehind } from "../support/really-there.ts";
import { expect, test } from "../support/test.ts";

const createPath = paths.createAddress(acme.tenant, acme.space);

async function fillInNameAndType(page: Page, name: string, type: AddressType, topic = ""): Promise<void> {
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(name);
  await page.getByRole("radio", { name: addressTypeDescriptions[type].title }).check({ force: true });
  if (topic !== "") {
    await page.getByRole("combobox", { name: "Topic" }).fill(topic.slice(0, -1));
    await page.getByRole("option", { name: topic }).click();
  }
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("heading", { name: /^Plan for this/ })).toBeVisible();
}

for (const type of addressTypes) {
  test(`a developer makes a ${type} with the wizard: it becomes Active by push, really exists, and is really gone after deletion`, async ({ openAs }) => {
    test.setTimeout(120_000);
    await using behind = await lookBehind();
    await using topic = type === "subscription" ? await makeAddress("topic") : undefined;
    const name = uniqueName(`wizard/${type}`);
    const brokerName = new RegExp(`(?:^|::)acme\\.default\\.[a-z0-9]+\\.${addressNameKey(name).replaceAll(".", "\\.")}$`);
    const page = await openAs("dev@acme.test", paths.addresses(acme.tenant, acme.space));
    await page.getByRole("link", { name: "Create address" }).click();

    await fillInNameAndType(page, name, type, topic?.name);
    const summary = page.getByRole("complementary", { name: "Summary" });
    await expect(summary).toContainText(name);
    if (topic !== undefined) await expect(summary).toContainText(topic.name);
    await expect(summary.getByRole("meter", { name: "Addresses" })).toHaveAttribute("aria-valuetext", /now, .* after, of/);
    await page.getByRole("button", { name: "Next" }).click();
    await expect(page.getByRole("heading", { name: "Options" })).toBeVisible();
    await page.getByRole("textbox", { name: "Consumers at the same time" }).fill("2");
    await page.getByRole("button", { name: "Next" }).click();

    const review = page.getByRole("form", { name: "Step 4 of 4" });
    await expect(review).toContainText("up to 2 (own)");
    await expect(review).toContainText(name);
    await expect(review).toContainText(/amqps?:\/\//);
    const readsOfTheAddress: string[] = [];
    page.on("request", (request) => /[/,]addresses\.get[,?]/.test(request.url()) && readsOfTheAddress.push(request.url()));
    await page.getByRole("button", { name: "Create address" }).click();

    await expect(page).toHaveURL(paths.address(acme.tenant, acme.space, name));
    await expect(phaseOf(page)).toHaveText("Active", { timeout: phaseTimeoutMs });
    // Shown at once from what create answered, read again once: the phase came by push.
    expect(readsOfTheAddress.length).toBeLessThanOrEqual(2);
    expect(await behind.atGateway()).toContain(`acme.default/${name}`);
    expect((await behind.onBroker()).some((each) => brokerName.test(each))).toBe(isStored(type));

    await page.getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog");
    const confirm = dialog.getByRole("button", { name: "Delete" });
    if (isStored(type)) {
      await expect(confirm).toBeDisabled();
      await dialog.getByRole("textbox").fill(name);
    }
    await confirm.click();
    await expect(page).toHaveURL(paths.addresses(acme.tenant, acme.space));
    await expect(page.getByRole("link", { name, exact: true })).toHaveCount(0, { timeout: phaseTimeoutMs });
    expect(await behind.atGateway()).not.toContain(`acme.default/${name}`);
    expect((await behind.onBroker()).some((each) => brokerName.test(each))).toBe(false);
  });
}

test("errors stand at their field, are counted at the top, and the server's come with the same words", async ({ openAs }) => {
  await using taken = await makeAddress("anycast");
  const page = await openAs("dev@acme.test", createPath);
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByText("2 fields to correct")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveAccessibleDescription(/Give the address a name/);
  await expect(page.getByText("Choose queue, topic, subscription, anycast or multicast.")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toBeFocused();

  await page.getByRole("textbox", { name: "Name", exact: true }).fill(taken.name.replace("/", "."));
  await page.getByRole("radio", { name: "Queue" }).check({ force: true });
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveAccessibleDescription(/already has/);
  await expect(page.getByText("1 field to correct")).toBeVisible();
});

test("a reload keeps a half-filled wizard, and leaving it asks first", async ({ openAs }) => {
  const page = await openAs("dev@acme.test", createPath);
  const name = uniqueName("half");
  await fillInNameAndType(page, name, "topic");
  await page.reload();
  await expect(page.getByRole("heading", { name: "Plan for this topic" })).toBeVisible();
  await page.getByRole("button", { name: "Back" }).click();
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue(name);

  await page.getByRole("link", { name: "Credentials", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Leave this page?" });
  await dialog.getByRole("button", { name: "Stay here" }).click();
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue(name);
  await page.getByRole("link", { name: "Credentials", exact: true }).click();
  await dialog.getByRole("button", { name: "Leave" }).click();
  await expect(page).toHaveURL(paths.credentials(acme.tenant, acme.space));
});

test("the wizard can be gone through with the keyboard alone", async ({ openAs }) => {
  const page = await openAs("dev@acme.test", createPath);
  const name = uniqueName("keyboard");
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toBeFocused();
  await page.keyboard.type(name);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  // Past the subscription, whose field for the topic comes and goes.
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "Anycast" })).toBeChecked();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Plan for this anycast" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Options" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Review" })).toBeVisible();
  await expect(page.getByRole("form", { name: "Step 4 of 4" })).toBeFocused();
  await page.getByRole("button", { name: "Create address" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(paths.address(acme.tenant, acme.space, name));
  await removeAddress(name);
});

test("a viewer sees Create and Delete disabled, with the right that is missing", async ({ openAs }) => {
  await using address = await makeAddress("multicast");
  const page = await openAs("viewer@acme.test", `${paths.addresses(acme.tenant, acme.space)}?search=${encodeURIComponent(address.name)}`);
  const create = page.getByRole("button", { name: "Create address" });
  await expect(create).toHaveAttribute("aria-disabled", "true");
  await create.hover();
  await expect(page.getByRole("tooltip")).toContainText("This needs the right address:create");
  await page.getByRole("button", { name: `Actions for ${address.name}` }).click();
  const remove = page.getByRole("menuitem", { name: /Delete/ });
  await expect(remove).toHaveAttribute("aria-disabled", "true");
  await expect(remove).toContainText("This needs the right address:delete");
  await page.goto(paths.tryAddress(acme.tenant, acme.space, address.name));
  await expect(page.getByText("This needs the right message:test")).toBeVisible();
  await page.goto(createPath);
  await expect(page.getByText("This needs the right address:create")).toBeVisible();
});
