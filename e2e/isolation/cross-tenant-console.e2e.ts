import { paths } from "#contracts/paths.ts";
import { acme, makeAddress } from "../support/console.ts";
import { AmqpProgram } from "../support/amqp-program.ts";
import { apiOf } from "../support/api.ts";
import { expect, test } from "../support/test.ts";

test("somebody of globex sees nothing of acme: no tenant, no space, no address, by menu or by link", async ({ openAs }) => {
  test.setTimeout(120_000);
  await using address = await makeAddress("queue");
  const page = await openAs("dev@globex.test", "/");
  await expect(page).toHaveURL(paths.space("globex", "default"));
  await page.getByRole("button", { name: "Tenant and space" }).click();
  await expect(page.getByRole("option")).toHaveText([/globex/]);
  await page.keyboard.press("Escape");

  await page.goto(`${paths.addresses("globex", "default")}?search=${encodeURIComponent(address.name)}`);
  await expect(page.getByRole("heading", { name: /No address/ })).toBeVisible();
  for (const path of [
    paths.tenant(acme.tenant),
    paths.space(acme.tenant, acme.space),
    paths.addresses(acme.tenant, acme.space),
    paths.tryAddress(acme.tenant, acme.space, address.name),
    paths.credentials(acme.tenant, acme.space),
  ]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { name: "There is nothing here" }), path).toBeVisible();
    await expect(page.getByRole("main"), path).not.toContainText("Active");
  }
});

test("a test-client login of globex cannot attach to an address of acme, and each meets only its own of the same name", async ({ baseURL }) => {
  await using ours = await makeAddress("queue");
  await using theirs = await makeAddress("queue", ours.name, "dev@globex.test", "globex");
  await using onlyOurs = await makeAddress("queue");
  const globex = await apiOf("dev@globex.test");
  const developer = await apiOf("dev@acme.test");
  await using stranger = await AmqpProgram.withTicket(await globex.testClient.open.mutate({ tenant: "globex", space: "default", name: theirs.name }), baseURL ?? "");
  await using member = await AmqpProgram.withTicket(await developer.testClient.open.mutate({ ...acme, name: ours.name }), baseURL ?? "");

  for (const address of [onlyOurs.name, `acme.default/${onlyOurs.name}`, `acme.default.qs.${onlyOurs.name}`]) {
    await expect(stranger.send(address, "let me in")).rejects.toThrow(/amqp:(not-found|unauthorized-access)/);
    await expect(stranger.receive(address)).rejects.toThrow(/amqp:(not-found|unauthorized-access)/);
  }
  expect(await member.send(ours.name, "for acme")).toBe("accepted");
  expect(await stranger.send(theirs.name, "for globex")).toBe("accepted");
  expect(await stranger.receive(theirs.name)).toBe("for globex");
  expect(await member.receive(ours.name)).toBe("for acme");
});

test("the API answers globex as if acme's things did not exist", async () => {
  await using address = await makeAddress("anycast");
  const globex = await apiOf("dev@globex.test");
  await expect(globex.addresses.get.query({ ...acme, name: address.name })).rejects.toMatchObject({ data: { postroom: { code: "not-found" } } });
  await expect(globex.testClient.open.mutate({ ...acme, name: address.name })).rejects.toMatchObject({ data: { postroom: { code: "not-found" } } });
  await expect(globex.addresses.delete.mutate({ ...acme, name: address.name })).rejects.toMatchObject({ data: { postroom: { code: "not-found" } } });
});
