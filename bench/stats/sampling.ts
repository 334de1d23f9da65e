import { readFile } from "node:fs/promises";
import { TestClient } from "../../gateway/test-support/client.ts";
import { eventually } from "../../provisioner/testing/eventually.ts";
import { makeBed, type ProvisioningBed } from "../provisioning/bed.ts";
import type { Measurement } from "../report.ts";
import { percentile } from "./percentile.ts";
import { scrapeRabbitMq } from "./rabbitmq.ts";

const passes = 5;
const linksPerConnection = 50;
const createRounds = 2;
// So many that a run lasts for some intervals: with fewer, a pass falls into it or not.
const createShare = 0.8;
const intervalSeconds = 10;
const scrapes = 5;
const rarely = { STATISTICS_INTERVAL_SECONDS: "300" };
const often = { STATISTICS_INTERVAL_SECONDS: String(intervalSeconds) };
const ticksPerSecond = 100;

/** Passes over many queues and links, what they take from a running create, and `/metrics` with all these addresses. */
export async function sampling(addresses: number, links: number): Promise<Measurement[]> {
  await using bed = await makeBed();
  await bed.test.sql.query("UPDATE space_plan SET max_connections = 100000, max_credentials = 1000");
  const login = await bed.test.createCredential("bench", "secret-of-the-bench");
  await bed.test.createAddresses(Array.from({ length: addresses }, (_each, index) => `queue/${index}`));
  await bed.untilActive(addresses);
  await eventually(() => bed.test.rows("credential"), (rows) => rows.every(({ phase }) => phase === "Active"), 60_000);
  const slowed = await createBeside(bed, addresses);
  await restart(bed, { STATISTICS_INTERVAL_SECONDS: "5" });
  await using stack = new AsyncDisposableStack();
  for (let first = 0; first < links; first += linksPerConnection) {
    const client = stack.use(await TestClient.connect({ port: bed.ports.amqp, username: login, password: "secret-of-the-bench" }));
    for (let link = first; link < Math.min(links, first + linksPerConnection); link += 1) await client.receiver({ source: { address: `queue/${link % addresses}` } });
  }
  const [senderClient] = [stack.use(await TestClient.connect({ port: bed.ports.amqp, username: login, password: "secret-of-the-bench" }))];
  const sender = await senderClient.sender("queue/0");
  const durations: number[] = [];
  const cpuBefore = await cpuSeconds(bed.provisioner.pid);
  const startedAt = performance.now();
  for (let seen = await lastPass(bed); durations.length < passes; ) {
    sender.send({ body: "something changes" });
    const held = seen;
    seen = await eventually(() => lastPass(bed), ({ at }) => at > held.at, 60_000);
    durations.push(seen.seconds);
  }
  const cpu = (await cpuSeconds(bed.provisioner.pid)) - cpuBefore;
  const perInterval = ((cpu / durations.length) * 100) / intervalSeconds;
  return [
    { case: `sampling pass over ${addresses} queues and ${links} links, slowest of ${passes}`, value: Math.max(...durations), unit: "s", budget: 3 },
    { case: `the provisioner's share of one core at a pass each ${intervalSeconds} s (all that it did in ${((performance.now() - startedAt) / 1000).toFixed(0)} s)`, value: perInterval, unit: "%", budget: 10 },
    ...slowed,
    ...(await metrics(bed, addresses)),
  ];
}

/** Creating many addresses with and without passes beside it, in turn. */
async function createBeside(bed: ProvisioningBed, addresses: number): Promise<Measurement[]> {
  const count = Math.ceil(addresses * createShare);
  const rates = { often: [] as number[], rarely: [] as number[] };
  for (let round = 0; round < createRounds; round += 1) {
    for (const [name, changes] of Object.entries({ rarely, often }) as ["rarely" | "often", Record<string, string>][]) {
      await restart(bed, changes);
      const names = Array.from({ length: count }, (_each, index) => `more/${round}-${name}-${index}`);
      const startedAt = performance.now();
      await bed.test.createAddresses(names);
      await bed.untilActive(addresses + count);
      rates[name].push(count / ((performance.now() - startedAt) / 1000));
      await bed.test.deleteAddresses(names);
      await bed.untilActive(addresses);
    }
  }
  const [with_, without] = [percentile(rates.often, 1), percentile(rates.rarely, 1)];
  return [{ case: `${count} addresses made beside passes each ${intervalSeconds} s, against none`, value: with_, unit: "addresses/s", peer: without, ratio: with_ / without, budget: 0.9, judged: "ratio", better: "higher" }];
}

async function metrics(bed: ProvisioningBed, addresses: number): Promise<Measurement[]> {
  const own = await scrape(`http://127.0.0.1:${bed.ports.health}/metrics`);
  const each = await scrape(`http://127.0.0.1:${bed.ports.health}/metrics/addresses`);
  const peer = await scrapeRabbitMq(addresses, scrape);
  return [
    { case: `/metrics with ${addresses} addresses, slowest of ${scrapes}`, value: own.seconds, unit: "s", budget: 1 },
    {
      case: `/metrics/addresses with ${addresses} addresses, ${(each.bytes / 1e6).toFixed(1)} MB, slowest of ${scrapes}; peer: RabbitMQ ${peer === undefined ? "is not installed" : `per object, ${(peer.bytes / 1e6).toFixed(1)} MB`}`,
      value: each.seconds, unit: "s", budget: 1, ...(peer === undefined ? {} : { peer: peer.seconds, ratio: each.seconds / peer.seconds }),
    },
  ];
}

/** The slowest of some scrapes one after the other. */
export async function scrape(url: string): Promise<{ seconds: number; bytes: number }> {
  let slowest = { seconds: 0, bytes: 0 };
  for (let index = 0; index < scrapes; index += 1) {
    const startedAt = performance.now();
    const answer = await fetch(url);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text.slice(0, 200)}`);
    const seconds = (performance.now() - startedAt) / 1000;
    if (seconds > slowest.seconds) slowest = { seconds, bytes: text.length };
  }
  return slowest;
}

async function restart(bed: ProvisioningBed, changes: Record<string, string>): Promise<void> {
  await bed.provisioner.terminate();
  await bed.startProvisioner(changes);
}

async function lastPass(bed: ProvisioningBed): Promise<{ at: number; seconds: number }> {
  const text = await (await fetch(`http://127.0.0.1:${bed.ports.health}/metrics`)).text();
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1] ?? 0);
  return { at: value("postroom_statistics_last_pass_timestamp_seconds"), seconds: value("postroom_statistics_last_pass_duration_seconds") };
}

async function cpuSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
