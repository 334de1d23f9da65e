import { expect } from "@playwright/test";
import { addressTypes, type AddressType, isStored } from "#contracts/addresses/address-type.ts";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import { subscriptionAddress } from "#contracts/naming.ts";
import { paths } from "#contracts/paths.ts";
import { openAs, test } from "./test.ts";

interface Row {
  readonly name: string;
  readonly type: AddressType;
  readonly phase: string;
}

/** The dead provisioner's claims hold for up to 10 s (`provisioner/limits.ts`); the rest is start and work on a busy machine. */
const takeOverMs = 40_000;
const topic = "killed/topic";

test("a provisioner killed in the middle of 50 creates and deletes leaves rows that wait, and its successor finishes all of them", async ({ bed }) => {
  test.setTimeout(3 * takeOverMs);
  const api = await bed.api("dev@acme.test");
  const create = (name: string, index: number) => {
    const type = addressTypes[index % addressTypes.length] ?? "queue";
    return api.addresses.create.mutate({ ...bed.scope, type, name, topic: type === "subscription" ? topic : "", planId: `${type}-small` });
  };
  const rows = async (): Promise<Row[]> =>
    (await bed.sql.query<Row>("SELECT a.name, a.type, a.phase FROM address a JOIN tenant t ON t.id = a.tenant_id WHERE t.slug = $1", [bed.scope.tenant])).rows;
  const settled = async (): Promise<boolean> => (await rows()).every(({ phase }) => phase === "Active");
  const old = Array.from({ length: 25 }, (_, index) => `killed/old/${index}`);
  const fresh = Array.from({ length: 25 }, (_, index) => `killed/new/${index}`);
  await api.addresses.create.mutate({ ...bed.scope, type: "topic", name: topic, planId: "topic-small" });
  await Promise.all(old.map(create));
  await expect.poll(settled, { timeout: takeOverMs }).toBe(true);

  let done = 0;
  const calls = [...old.map((name) => () => api.addresses.delete.mutate({ ...bed.scope, name })), ...fresh.map((name, index) => () => create(name, index))].map(async (call) => {
    await call();
    done += 1;
    if (done === 20) await bed.provisioner.kill();
  });
  await Promise.all(calls);
  const waiting = (await rows()).filter(({ phase }) => phase !== "Active");
  expect(waiting.length).toBeGreaterThan(0);
  expect(waiting.every(({ phase }) => ["Pending", "Configuring", "Terminating"].includes(phase))).toBe(true);

  await bed.provisioner.start();
  await expect.poll(settled, { timeout: takeOverMs }).toBe(true);
  const left = await rows();
  expect(left.filter(({ name }) => /^killed\/(?:old|new)\//.test(name)).map(({ name }) => name).sort()).toEqual([...fresh].sort());
  const onBroker = left.flatMap(({ name, type }) => {
    const own = `${type[0]}s.${addressNameKey(name)}`;
    if (type === "subscription") return [subscriptionAddress(`ts.${addressNameKey(topic)}`, `${bed.scope.tenant}.${bed.scope.space}.${own}`)];
    return isStored(type) ? [own] : [];
  });
  expect(await bed.observer.onBroker()).toEqual(onBroker.sort());
  expect(await bed.observer.atGateway()).toEqual(left.map(({ name }) => name).sort());
});

test("an operation on many addresses is cancelled in its progress panel, though the provisioner is away, and what it had not done stays", async ({ bed, browser }) => {
  test.setTimeout(3 * takeOverMs);
  const { tenant, space } = bed.scope;
  const api = await bed.api("dev@acme.test");
  const names = Array.from({ length: 5 }, (_, index) => `cancelled/${index}`);
  const list = async () => (await api.addresses.list.query({ ...bed.scope, search: "cancelled/" })).items;
  for (const name of names) await api.addresses.create.mutate({ ...bed.scope, type: "queue", name, planId: "queue-small" });
  await expect.poll(async () => (await list()).every(({ phase }) => phase === "Active"), { timeout: takeOverMs }).toBe(true);
  await bed.provisioner.kill();

  const page = await openAs(browser, bed, "dev@acme.test", `${paths.addresses(tenant, space)}?search=cancelled`);
  await page.getByRole("checkbox", { name: "Select row 0" }).check();
  await page.getByRole("button", { name: "Select all 5 that match" }).click();
  await page.getByRole("button", { name: "Delete …" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("5");
  await dialog.getByRole("button", { name: "Delete" }).click();
  const operation = page.getByRole("listitem", { name: "Delete addresses", exact: true }).first();
  await operation.getByRole("button", { name: "Cancel" }).click();
  await expect(operation.getByRole("button", { name: "Cancel" })).toHaveCount(0);

  await bed.provisioner.start();
  await expect(operation).toContainText(/cancelled/i, { timeout: takeOverMs });
  await expect(operation).toContainText("0 of 5");
  expect((await list()).map(({ name, phase }) => [name, phase])).toEqual(names.map((name) => [name, "Active"]));
});
