import type { AddressPage } from "#contracts/addresses/address.ts";
import { addressSortKeys } from "#contracts/addresses/address-list.ts";
import { makeListBed, type ListBed } from "./lists/bed.ts";
import { rabbitMqListTimes, type RabbitMqTimes } from "./lists/rabbitmq-lists.ts";
import { chosenNames, readOptions } from "./options.ts";
import { report } from "./report.ts";

const pageRows = 100;
const rounds = 3;
const sizes = [
  { name: "10000", addresses: 10_000, budgetMs: 60, hasPeer: true },
  { name: "100000", addresses: 100_000, budgetMs: 150, hasPeer: false },
] as const;
const nameChecks = 100;
const nameCheckBudgetMs = 20;
const peerRounds = 10;
const comparisons = [
  { name: "sorted by a statistics column", order: "byStatistics", atLeast: 15 },
  { name: "sorted by name", order: "byName", atLeast: 5 },
] as const;
const acme = { tenant: "acme", space: "default" };

/** The value below which this share of the values lies. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

const filters: Record<string, object> = {
  none: {},
  "two types": { type: ["queue", "topic"] },
  "phase Failed": { phase: ["Failed"] },
  "phase Active": { phase: ["Active"] },
  "two plans": { plan: ["queue-small", "topic-large"] },
  search: { search: "abc" },
  "search without a match": { search: "nowhere" },
  "type, phase and search": { type: ["queue"], phase: ["Active"], search: "orders" },
};

/** Times of the first, the second, a middle and the last page in every order and with every filter. */
async function listTimes(bed: ListBed): Promise<{ all: number[]; byName: number[]; byStatistics: number[]; slowest: string }> {
  const all: number[] = [];
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const sort of addressSortKeys) {
      for (const descending of [false, true]) {
        for (const [filter, words] of Object.entries(filters)) {
          const ask = async (page: string, cursor?: string): Promise<AddressPage> => {
            const { ms, data } = await bed.timed("addresses.list", { ...acme, ...words, sort, descending, limit: pageRows, ...(cursor === undefined ? {} : { cursor }) });
            if (round === 0) return data as AddressPage;
            all.push(ms);
            const key = `${page} page by ${sort}${descending ? " descending" : ""}, filter ${filter}`;
            times.set(key, [...(times.get(key) ?? []), ms]);
            return data as AddressPage;
          };
          const first = await ask("first");
          if (first.nextCursor !== null) await ask("second", first.nextCursor);
          const last = await ask("last", "last");
          if (last.previousCursor !== null) await ask("last but one", last.previousCursor);
        }
      }
    }
  }
  const medians = [...times].map(([key, values]) => [key, percentile(values, 0.5)] as const).sort((one, other) => other[1] - one[1]);
  const of = (sort: string): number[] => [...times].filter(([key]) => key.includes(`page by ${sort},`) || key.includes(`page by ${sort} descending,`)).flatMap(([key, values]) => (/^(first|last) page/.test(key) && key.endsWith("filter none") ? values : []));
  return { all, byName: of("name"), byStatistics: of("depth"), slowest: medians.slice(0, 3).map(([key, ms]) => `${key} ${ms.toFixed(1)} ms`).join("; ") };
}

/** The same pages of as many queues from RabbitMQ's management API, where that is installed. */
async function compareWithRabbitMq(addresses: number, own: RabbitMqTimes): Promise<void> {
  const peer = await rabbitMqListTimes(addresses, pageRows, peerRounds);
  if (peer === undefined) {
    if (!asJson) console.log("RabbitMQ is not installed (Debian: rabbitmq-server), so there is nothing to compare with.");
    return;
  }
  for (const { name, order, atLeast } of comparisons) {
    const [value, peerValue] = [percentile(own[order], 0.5), percentile(peer[order], 0.5)];
    report({ case: `first and last page of ${addresses} ${name}, p50; peer: RabbitMQ's management API`, value, unit: "ms", peer: peerValue, ratio: peerValue / value, budget: atLeast, judged: "ratio", better: "higher" }, asJson);
  }
}

const { json: asJson, only } = readOptions({ json: { type: "boolean", default: false }, only: { type: "string" } });
const chosen = chosenNames(only, sizes.map(({ name }) => name));
await using bed = await makeListBed();
for (const { name: size, addresses, budgetMs, hasPeer } of sizes) {
  if (!chosen.includes(size)) continue;
  await bed.grow(addresses);
  const { all, slowest, ...own } = await listTimes(bed);
  report({ case: `page of ${pageRows} of ${addresses} addresses, any order and filter, p95`, value: percentile(all, 0.95), unit: "ms", budget: budgetMs }, asJson);
  report({ case: `the same, p50`, value: percentile(all, 0.5), unit: "ms" }, asJson);
  if (!asJson) console.log(`  slowest: ${slowest}`);
  if (hasPeer) await compareWithRabbitMq(addresses, own);
}
const checks: number[] = [];
for (let index = 0; index < nameChecks; index += 1) {
  const { ms } = await bed.timed("addresses.checkName", { ...acme, name: `orders/checked-${index}` });
  if (index >= nameChecks / 10) checks.push(ms);
}
report({ case: `name check at ${bed.present} addresses, p95`, value: percentile(checks, 0.95), unit: "ms", budget: nameCheckBudgetMs }, asJson);
