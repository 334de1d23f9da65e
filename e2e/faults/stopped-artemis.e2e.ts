import { expect } from "@playwright/test";
import { paths } from "#contracts/paths.ts";
import { makeCredential } from "./make-credential.ts";
import { isRefusal, logIn, type Exchange, type Program } from "./program.ts";
import { openAs, test } from "./test.ts";

test.describe("while the broker is stopped", () => {
  test.afterEach(({ bed }) => bed.artemis.restore());

  test("a new queue waits with a reason that names the broker, direct addresses do not wait, and the queue becomes Active by itself", async ({ bed, browser }) => {
    const { tenant, space } = bed.scope;
    const api = await bed.api("dev@acme.test");
    const page = await openAs(browser, bed, "dev@acme.test", paths.createAddress(tenant, space));
    await page.getByRole("textbox", { name: "Name" }).fill("waits/for-broker");
    await bed.artemis.cut();
    await page.getByRole("radio", { name: "Queue" }).check({ force: true });
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("heading", { name: /Plan for/ }).waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("heading", { name: "Options" }).waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("heading", { name: "Review" }).waitFor();
    await page.getByRole("button", { name: "Create address" }).click();

    await expect(page.getByRole("heading", { level: 1, name: "waits/for-broker" })).toBeVisible();
    await expect(page.getByText(/Waiting for the broker main, which .*; tried .*, next try in \d+ s\./)).toHaveCount(1);
    await expect(page.getByLabel("Phase")).toHaveText(/Pending|Configuring/);
    await expect(page.getByRole("button", { name: "Retry now" })).toBeEnabled();
    await api.addresses.create.mutate({ ...bed.scope, type: "anycast", name: "needs-no-broker", planId: "anycast-small" });
    await expect.poll(async () => (await api.addresses.get.query({ ...bed.scope, name: "needs-no-broker" })).phase).toBe("Active");
    expect((await bed.healthOf("provisioner")).parts["broker:main"]).toMatchObject({ ok: false, reason: expect.stringMatching(/\w+ \w+/) });

    await bed.artemis.restore();
    await expect(page.getByLabel("Phase")).toHaveText("Active");
    expect(await bed.observer.onBroker()).toContain("qs.waits.for-broker");
    await page.context().close();
  });

  test("a queue that cannot be deleted goes by force, once its name is typed", async ({ bed, browser }) => {
    const { tenant, space } = bed.scope;
    const api = await bed.api("owner@acme.test");
    await api.addresses.create.mutate({ ...bed.scope, type: "queue", name: "left-behind", planId: "queue-small" });
    await expect.poll(async () => (await api.addresses.get.query({ ...bed.scope, name: "left-behind" })).phase).toBe("Active");
    await bed.artemis.cut();
    await api.addresses.delete.mutate({ ...bed.scope, name: "left-behind" });
    const page = await openAs(browser, bed, "owner@acme.test", paths.address(tenant, space, "left-behind"));
    await expect(page.getByLabel("What goes on here")).toContainText(/Its deletion waits.*Waiting for the broker main/);
    await page.getByRole("button", { name: "Delete by force" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete left-behind by force?" });
    await dialog.getByRole("textbox").fill("left-behind");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await expect(page.getByText("The address left-behind has been deleted.")).toBeVisible();
    await page.context().close();
  });

  test("a program's attach to a queue is refused in words, its links to it end in words, and its other links go on", async ({ bed }) => {
    const api = await bed.api("dev@acme.test");
    await Promise.all([
      api.addresses.create.mutate({ ...bed.scope, type: "queue", name: "stored", planId: "queue-small" }),
      api.addresses.create.mutate({ ...bed.scope, type: "anycast", name: "direct", planId: "anycast-small" }),
    ]);
    const { login, secret } = await makeCredential(bed, "broker-away");
    await expect.poll(async () => (await api.addresses.get.query({ ...bed.scope, name: "stored" })).phase).toBe("Active");
    await expect.poll(async () => (await api.addresses.get.query({ ...bed.scope, name: "direct" })).phase).toBe("Active");
    using program = (await logIn(bed.platform.ports.amqp, login, secret)) as Program;
    const direct = (await program.attach("direct")) as Exchange;
    const stored = (await program.attach("stored")) as Exchange;
    expect(await stored.roundTrip("before")).toBe("accepted");

    await bed.artemis.cut();
    const words = /^The broker that keeps this address cannot be reached/;
    expect((await stored.ended).description).toMatch(words);
    const refusal = await program.attach("stored");
    expect(isRefusal(refusal) && refusal.description).toMatch(words);
    expect(await direct.roundTrip("meanwhile")).toBe("accepted");

    await bed.artemis.restore();
    const again = (await program.attach("stored")) as Exchange;
    expect(await again.roundTrip("after")).toBe("accepted");
    expect(program.isOpen).toBe(true);
  });

  test("an address that is deleted meanwhile is gone at once for people, and from the broker when it is back", async ({ bed }) => {
    const api = await bed.api("dev@acme.test");
    await api.addresses.create.mutate({ ...bed.scope, type: "topic", name: "to-delete", planId: "topic-small" });
    await expect.poll(async () => (await api.addresses.get.query({ ...bed.scope, name: "to-delete" })).phase).toBe("Active");

    await bed.artemis.cut();
    await api.addresses.delete.mutate({ ...bed.scope, name: "to-delete" });
    await expect
      .poll(async () => api.addresses.get.query({ ...bed.scope, name: "to-delete" }))
      .toMatchObject({ phase: "Terminating", reason: expect.stringMatching(/^Waiting for the broker main/) });
    await expect.poll(() => bed.observer.atGateway()).not.toContain("to-delete");
    expect(await bed.observer.onBroker()).toContain("ts.to-delete");

    await bed.artemis.restore();
    await expect.poll(() => bed.observer.onBroker()).not.toContain("ts.to-delete");
    await expect.poll(async () => (await api.addresses.list.query({ ...bed.scope, search: "to-delete" })).total).toBe(0);
  });
});
