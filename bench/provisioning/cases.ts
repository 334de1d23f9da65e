import { ManagementClient } from "../../provisioner/amqp-management/management-client.ts";
import { limits } from "../../provisioner/limits.ts";
import { eventually } from "../../provisioner/testing/eventually.ts";
import type { Measurement } from "../report.ts";
import type { ProvisioningBed } from "./bed.ts";

/** Value below which the share of sorted values lies. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}/${index}`);

async function timeOne({ test }: ProvisioningBed, name: string): Promise<number> {
  const startedAt = performance.now();
  await test.createAddresses([name]);
  await eventually(() => test.row(name), (row) => row?.phase === "Active", 60_000);
  return performance.now() - startedAt;
}

/** One address after the other on a provisioner at rest. */
export async function single(bed: ProvisioningBed): Promise<Measurement[]> {
  const times: number[] = [];
  for (let index = 0; index < 50; index++) times.push(await timeOne(bed, `single/${index}`));
  return [
    { case: "one address, stored to Active, p50", value: percentile(times, 0.5), unit: "ms", budget: 300, better: "lower" },
    { case: "one address, stored to Active, p95", value: percentile(times, 0.95), unit: "ms", budget: 1_000, better: "lower" },
  ];
}

/** Queues/s of `createQueue` alone, 64 on the way, on the same Artemis; they are removed again. */
export async function rawCreateQueue({ artemis, test }: ProvisioningBed, count: number): Promise<number> {
  const client = new ManagementClient({ endpoint: artemis.endpoint, node: "activemq.management", peer: "the broker", limits: limits.management });
  client.start();
  await eventually(() => client.connected, (connected) => connected);
  const call = async (operation: string, parameters: unknown[]) => {
    const reply = await client.request({ _AMQ_ResourceName: "broker", _AMQ_OperationName: operation }, JSON.stringify(parameters), { timeoutMs: 120_000 });
    if (Object.values(reply.applicationProperties)[0] !== true) throw new Error(`${operation}: ${String(reply.body)}`);
  };
  const names = numbered("raw", count).map((name) => `${test.space}.qs.${name.replace("/", ".")}`);
  const startedAt = performance.now();
  await inChunks(names, (name) => call("createQueue", [JSON.stringify({ name, address: name, "routing-type": "ANYCAST", durable: true, "max-consumers": 20, "auto-create-address": true }), true]));
  const perSecond = count / ((performance.now() - startedAt) / 1000);
  await inChunks(names, (name) => call("deleteAddress", [name, true]));
  await client.close();
  return perSecond;
}

async function inChunks<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const size = limits.management.maxWaiting;
  for (let start = 0; start < items.length; start += size) await Promise.all(items.slice(start, start + size).map(act));
}

/** A bulk of addresses beside raw calls, and single ones asked for while it runs. */
export async function bulk(bed: ProvisioningBed, count: number): Promise<Measurement[]> {
  const { test } = bed;
  // Before and after, on a warm broker: what else runs on the machine changes within minutes.
  await rawCreateQueue(bed, Math.ceil(count / 4));
  const rawBefore = await rawCreateQueue(bed, count);
  const before = (await test.rows()).length;
  const startedAt = performance.now();
  await test.createAddresses(numbered("bulk", count));
  await bed.untilActive(before + count);
  const perSecond = count / ((performance.now() - startedAt) / 1000);
  const raw = (rawBefore + (await rawCreateQueue(bed, count))) / 2;

  // Once more with single addresses in between; their work is left out of the rate above.
  await test.createAddresses(numbered("more", count));
  const overtaking: number[] = [];
  for (let index = 0; ; index++) {
    const left = (await test.sql.query<{ left: number }>("SELECT count(*)::int AS left FROM address WHERE phase <> 'Active'")).rows[0]!.left;
    if (left < count * 0.1) break;
    overtaking.push(await timeOne(bed, `overtaking/${index}`));
  }
  await bed.untilActive(before + count * 2 + overtaking.length);
  return [
    { case: `${count} addresses in bulk, stored to all Active`, value: perSecond, unit: "addresses/s", budget: 0.6, judged: "ratio", peer: raw, ratio: perSecond / raw, better: "higher" },
    { case: `${count} addresses in bulk, stored to all Active (absolute)`, value: perSecond, unit: "addresses/s", budget: 600, better: "higher" },
    { case: `one address while ${count} are made (${overtaking.length} tries), p95`, value: percentile(overtaking, 0.95), unit: "ms", budget: 1_000, better: "lower" },
  ];
}

/** A provisioner that starts over addresses that are all right. */
export async function restart(bed: ProvisioningBed): Promise<Measurement[]> {
  const { test } = bed;
  const rows = await test.rows();
  await bed.provisioner.kill();
  const ms = await bed.startProvisioner();
  await eventually(() => bed.provisioner.output, (output) => output.includes("broker compared"), 60_000);
  const changed = (await test.rows()).filter((row, index) => row.claim_epoch !== rows[index]?.claim_epoch).length;
  const repaired = [...bed.provisioner.output.matchAll(/"(?:told|removed|addresses|settings)":(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  return [
    { case: `provisioner restarted with ${rows.length} addresses, until ready`, value: ms, unit: "ms", budget: 10_000, better: "lower" },
    { case: `provisioner restarted with ${rows.length} addresses, changes sent`, value: changed + repaired, unit: "changes", budget: 0, better: "lower" },
  ];
}

/** Artemis killed, wiped and started empty with at most so many addresses: until all is rebuilt, counted from when it listens again. */
export async function wiped(bed: ProvisioningBed, most: number): Promise<Measurement[]> {
  const rows = await bed.test.rows();
  const count = Math.min(rows.length, most);
  await bed.test.deleteAddresses(rows.slice(count).map(({ name }) => name));
  await bed.untilActive(count);
  await bed.artemis.kill();
  await bed.artemis.start({ wiped: true });
  const startedAt = performance.now();
  await eventually(() => bed.provisioner.output, (output) => output.includes("is being repaired"), 60_000);
  await bed.untilActive(count);
  return [{ case: `Artemis wiped with ${count} addresses, until all rebuilt`, value: performance.now() - startedAt, unit: "ms", budget: 30_000, better: "lower" }];
}

/** Everything deleted at once. */
export async function removal(bed: ProvisioningBed): Promise<Measurement[]> {
  const rows = await bed.test.rows();
  const startedAt = performance.now();
  await bed.test.deleteAddresses(rows.map(({ name }) => name));
  await bed.untilActive(0);
  return [{ case: `${rows.length} addresses deleted`, value: rows.length / ((performance.now() - startedAt) / 1000), unit: "addresses/s" }];
}
