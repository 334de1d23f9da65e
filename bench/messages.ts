import type { Operation } from "#contracts/operations/operation.ts";
import { brokerAddress } from "#contracts/naming.ts";
import { loadPlatform } from "#platform/test-platform.ts";
import { ArtemisDriver } from "#provisioner/drivers/artemis/artemis-driver.ts";
import { limits } from "#provisioner/limits.ts";
import { connectBrokerClient } from "#provisioner/testing/broker-client.ts";
import { eventually } from "#provisioner/testing/eventually.ts";
import { startProvisionerProcess } from "#provisioner/testing/own-process.ts";
import { openWorkWindow } from "#provisioner/work-window.ts";
import { acme, startTestConsole } from "#server/testing/test-console.ts";
import { positiveNumber, readOptions } from "./options.ts";
import { report } from "./report.ts";

const bodyBytes = 512;
const retriesAtLeast = 2_000;
const longestMs = 600_000;

// Dead letters of one queue are retried by a provisioner of its own process: once undisturbed, once while it is killed again and
// again, and counted message by message; then all is purged. On the test platform (npm run platform -- --profile test), in a
// database of its own.
const values = readOptions({ json: { type: "boolean", default: false }, count: { type: "string", default: "100000" }, kills: { type: "string", default: "5" } });
const count = positiveNumber("count", values.count);
const kills = positiveNumber("kills", values.kills);
const name = `bench-${process.pid}`;

const platform = await loadPlatform();
const { artemis } = platform;
const endpoint = { name: "main", host: artemis.host, port: artemis.port, ...artemis.provisioner };
await using app = await startTestConsole();
await using client = await connectBrokerClient(endpoint);
const dev = await app.client("dev@acme.test");
const window = () => openWorkWindow(60_000);
const queue = brokerAddress(acme.tenant, acme.space, "qbench", name);
const driver = new ArtemisDriver(endpoint, limits);
driver.start();
await eventually(() => driver.connected, (connected) => connected);
await app.admin.query(
  `INSERT INTO address_plan (id, class_id, type, name, description, "order", stored_bytes, max_message_bytes, max_delivery_attempts, max_consumers, when_full)
   VALUES ('bench', 'qbench', 'queue', 'Bench', '', 99, 10000000000, 65536, 5, 100, 'page')`,
);
await app.admin.query(
  `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, broker, phase, generation, observed_generation, created_by)
   SELECT uuidv7(), s.tenant_id, s.id, $1, $1, 'queue', 'bench', 'main', 'Active', 1, 1, 'bench' FROM address_space s JOIN tenant t ON t.id = s.tenant_id WHERE t.slug = 'acme'`,
  [name],
);
const addressClass = { classId: "qbench", storedBytes: 10_000_000_000, maxMessageBytes: 65_536, defaultTimeToLiveMs: null, maxTimeToLiveMs: null, maxDeliveryAttempts: 5, maxConsumers: 100, whenFull: "page" as const };
await driver.ensureAddress({ brokerAddress: queue, type: "queue", space: `${acme.tenant}.${acme.space}`, addressClass }, window());

const variables = { ...(platform.env.provisioner as Record<string, string>), DATABASE_URL: app.database.provisionerUrl, HEALTH_PORT: "0" };
const read = ({ id }: Operation) => dev.operations.get.query({ ...acme, id });
const ended = (operation: Operation) => eventually(() => read(operation), ({ endedAt }) => endedAt !== null, longestMs);

async function makeDeadLetters(): Promise<void> {
  const body = Buffer.alloc(bodyBytes, "x").toString();
  await client.send(queue, count, (number) => ({ durable: true, message_id: `m-${number}`, body }));
  await client.take(queue, count, (delivery) => delivery.reject());
}

/** Takes everything from the queue. @returns messages that are missing, and that came more than once */
async function countTaken(): Promise<{ lost: number; doubled: number }> {
  const { messages } = await driver.queueState({ brokerAddress: queue, space: "", source: "queue" }, "", window());
  const ids = (await client.take(queue, messages)).map(({ message_id: id }) => id);
  const distinct = new Set(ids).size;
  return { lost: count - distinct, doubled: ids.length - distinct };
}

async function timed(title: string, start: () => Promise<Operation>, atLeast?: number): Promise<void> {
  const startedAt = performance.now();
  const { done } = await ended(await start());
  report({ case: title, value: done / ((performance.now() - startedAt) / 1000), unit: "messages/s", budget: atLeast, better: "higher" }, values.json);
}

function told(title: string, { lost, doubled }: { lost: number; doubled: number }, mayDouble: number): void {
  report({ case: `lost, ${title}`, value: lost, unit: "messages", budget: 0 }, values.json);
  report({ case: `doubled, ${title}`, value: doubled, unit: "messages", budget: mayDouble }, values.json);
}

try {
  await makeDeadLetters();
  {
    await using undisturbed = await startProvisionerProcess(variables);
    if (!undisturbed.isRunning) throw new Error(undisturbed.output);
    await timed(`retry of ${count} dead letters of ${bodyBytes} B`, () => dev.messages.retryDeadLetters.mutate({ ...acme, name }), retriesAtLeast);
  }
  told("undisturbed", await countTaken(), 0);

  await makeDeadLetters();
  const operation = await dev.messages.retryDeadLetters.mutate({ ...acme, name });
  let killed = 0;
  while (killed < kills) {
    const { done, endedAt } = await read(operation);
    if (endedAt !== null) break;
    await using process = await startProvisionerProcess(variables);
    // In the middle of a part, wherever that is.
    await eventually(() => read(operation), (now) => now.done > done || now.endedAt !== null, longestMs);
    await process.kill();
    killed += 1;
    await app.admin.query("UPDATE operation SET claimed_until = now() - interval '1 second' WHERE ended_at IS NULL AND claimed_by IS NOT NULL");
  }
  await using last = await startProvisionerProcess(variables);
  if (!last.isRunning) throw new Error(last.output);
  await ended(operation);
  told(`provisioner killed ${killed} times`, await countTaken(), killed * limits.messages.maxOnTheWay);

  await makeDeadLetters();
  await timed(`purge of ${count} dead letters`, () => dev.messages.purge.mutate({ ...acme, name, source: "dead-letters", selector: "", expected: count }));
} finally {
  await driver.removeAddress(queue, window());
  await driver.close();
}
