import { expect } from "@playwright/test";
import { addressNameKey } from "#contracts/naming.ts";
import { test } from "./test.ts";

interface Row {
  readonly name: string;
  readonly type: string;
  readonly phase: string;
}

/** The dead provisioner's claims hold for up to 10 s (`provisioner/limits.ts`); the rest is start and work on a busy machine. */
const takeOverMs = 40_000;
const types = ["queue", "topic", "anycast", "multicast"] as const;

test("a provisioner killed in the middle of 50 creates and deletes leaves rows that wait, and its successor finishes all of them", async ({ bed }) => {
  test.setTimeout(2 * takeOverMs);
  const api = await bed.api("dev@acme.test");
  const create = (name: string, index: number) => {
    const type = types[index % types.length] ?? "queue";
    return api.addresses.create.mutate({ ...bed.scope, type, name, planId: `${type}-small` });
  };
  const rows = async (): Promise<Row[]> =>
    (await bed.sql.query<Row>("SELECT a.name, a.type, a.phase FROM address a JOIN tenant t ON t.id = a.tenant_id WHERE t.slug = $1", [bed.scope.tenant])).rows;
  const settled = async (): Promise<boolean> => (await rows()).every(({ phase }) => phase === "Active");
  const old = Array.from({ length: 25 }, (_, index) => `killed/old/${index}`);
  const fresh = Array.from({ length: 25 }, (_, index) => `killed/new/${index}`);
  await Promise.all(old.map(create));
  await expect.poll(settled).toBe(true);

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
  expect(left.filter(({ name }) => name.startsWith("killed/")).map(({ name }) => name).sort()).toEqual([...fresh].sort());
  const stored = left.filter(({ type }) => type === "queue" || type === "topic");
  expect(await bed.observer.onBroker()).toEqual(stored.map(({ name, type }) => `${type[0]}s.${addressNameKey(name)}`).sort());
  expect(await bed.observer.atGateway()).toEqual(left.map(({ name }) => name).sort());
});
