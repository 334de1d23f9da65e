import { setTimeout as delay } from "node:timers/promises";
import rhea from "rhea";
import { eventually } from "../testing/eventually.ts";
import { startManagementProxy } from "../testing/management-proxy.ts";
import { openWorkWindow } from "../work-window.ts";
import { boundaries, nameOf } from "./boundaries.ts";
import { isSettled, type FaultBed } from "./fault-bed.ts";
import { deleteSpaceUnderFaults } from "./space-deletion.ts";

export interface FaultOptions {
  readonly random: () => number;
  readonly provisionerKills: number;
  readonly brokerKills: number;
  /** Creations, changes and deletions while something is killed. */
  readonly changes: number;
  /** Addresses of the space that is deleted as a whole. */
  readonly spaceAddresses: number;
  readonly say: (line: string) => void;
}

/** Puts the bed through something; what must hold after it is checked by the caller. Leaves one provisioner running. */
export type Scenario = (bed: FaultBed, options: FaultOptions) => Promise<void>;

/** After this without an answer a run is hung, in milliseconds. */
const hungMs = 120_000;

let made = 0;
const topic = "topic.of-all";
/** Of the new addresses, those that are subscriptions of one topic; the others are queues. */
const subscriptionShare = 0.25;

/** Asks for `count` creations, changes of plan and deletions, for subscriptions in the transaction that makes their topic. */
async function ask({ test, wanted }: FaultBed, count: number, random: () => number): Promise<void> {
  const fresh: string[] = [];
  const doomed: string[] = [];
  const changed: string[] = [];
  const deletable = [...wanted].filter((name) => name.startsWith("made."));
  for (let index = 0; index < count; index++) {
    const chosen = deletable[Math.floor(random() * deletable.length)];
    const kind = random();
    if (kind < 0.5 || chosen === undefined) fresh.push(`made.${made++}`);
    else if (kind < 0.65) changed.push(chosen);
    else doomed.push(chosen);
  }
  const subscriptions = fresh.filter(() => random() < subscriptionShare);
  await test.sql.query("BEGIN");
  if (!wanted.has(topic)) await test.createAddresses([topic], "topic-large");
  await test.createSubscriptions(topic, subscriptions);
  await test.createAddresses(fresh.filter((name) => !subscriptions.includes(name)));
  await test.sql.query("COMMIT");
  wanted.add(topic);
  if (changed.length > 0) {
    await test.sql.query(
      `UPDATE address SET plan_id = type || CASE WHEN plan_id LIKE '%-small' THEN '-medium' ELSE '-small' END,
         generation = generation + 1, attempts = 0, reason = NULL, next_attempt_at = now() WHERE name = ANY ($1) AND phase <> 'Terminating'`,
      [changed],
    );
  }
  await test.deleteAddresses(doomed);
  for (const name of fresh) wanted.add(name);
  for (const name of doomed) wanted.delete(name);
}

const kills: Scenario = async (bed, { random, provisionerKills, changes }) => {
  for (let round = 0; round < provisionerKills; round++) {
    const provisioner = await bed.startProvisioner();
    await ask(bed, Math.ceil(changes / provisionerKills), random);
    await delay(random() * 600);
    await provisioner.kill();
  }
  await bed.startProvisioner();
};

const brokerKills: Scenario = async (bed, { random, brokerKills: count, changes }) => {
  await bed.startProvisioner();
  for (let round = 0; round < count; round++) {
    await ask(bed, Math.ceil(changes / count), random);
    await delay(random() * 600);
    await bed.artemis.kill();
    await bed.artemis.start();
  }
};

/** Each boundary in turn: work that leads to it is asked for, and the provisioner dies there. What the dead left is done at the end. */
const everyBoundary: Scenario = async (bed, { say }) => {
  const cases = boundaries.map((boundary, index) => {
    const { call, part } = boundary.step;
    const kind: Kind = "kind" in boundary.step ? boundary.step.kind : part === "identity" ? "credential" : call === "removeSpace" ? "space" : "address";
    return { boundary, number: index + 1, name: `boundary.${index + 1}`, kind, isRemoval: call.startsWith("remove") };
  });
  const removals = cases.filter(({ isRemoval }) => isRemoval);
  const helper = await bed.startProvisioner();
  for (const { kind, name } of removals) await make(bed, kind, name);
  for (const { kind, name } of removals) await eventually(() => stateOf(bed, kind, name), (state) => state === "Active", hungMs);
  await helper.kill();
  for (const { boundary, number, kind, name, isRemoval } of cases) {
    const dying = await bed.startProvisioner({ boundary: number });
    if (isRemoval) await remove(bed, kind, name);
    else await make(bed, kind, name);
    await eventually(() => dying.isRunning, (isRunning) => !isRunning, hungMs);
    say(`    ${number}. died ${nameOf(boundary)}`);
  }
  await bed.startProvisioner();
  for (const { kind, name, isRemoval } of cases) {
    await eventually(() => stateOf(bed, kind, name), (state) => state === (isRemoval ? "gone" : "Active"), hungMs);
    if (!isRemoval) await remove(bed, kind, name);
  }
  for (const { kind, name } of cases) await eventually(() => stateOf(bed, kind, name), (state) => state === "gone", hungMs);
};

type Kind = "space" | "address" | "credential";

async function make({ test, wanted }: FaultBed, kind: Kind, name: string): Promise<void> {
  if (kind === "address") {
    await test.createAddresses([name]);
    wanted.add(name);
  } else if (kind === "credential") await test.createCredential(slug(name), "the-secret-of-the-fault-run");
  else {
    await test.sql.query(
      "INSERT INTO address_space (id, tenant_id, slug, name, plan_id, created_by) SELECT uuidv7(), tenant_id, $1, $1, plan_id, 'test' FROM address_space WHERE slug = 'main'",
      [slug(name)],
    );
  }
}

async function remove({ test, wanted }: FaultBed, kind: Kind, name: string): Promise<void> {
  if (kind === "address") {
    wanted.delete(name);
    return test.deleteAddresses([name]);
  }
  const [table, column] = kind === "credential" ? ["credential", "name"] : ["address_space", "slug"];
  await test.sql.query(`UPDATE ${table} SET phase = 'Terminating', reason = NULL, generation = generation + 1, attempts = 0, next_attempt_at = now() WHERE ${column} = $1`, [slug(name)]);
}

async function stateOf({ test }: FaultBed, kind: Kind, name: string): Promise<string> {
  const [table, column] = { address: ["address", "name"], credential: ["credential", "name"], space: ["address_space", "slug"] }[kind] as [string, string];
  const { rows } = await test.sql.query<{ phase: string }>(`SELECT phase FROM ${table} WHERE ${column} = $1`, [kind === "address" ? name : slug(name)]);
  return rows[0]?.phase ?? "gone";
}

function slug(name: string): string {
  return name.replace(".", "-");
}

const postgresCut: Scenario = async (bed, { random }) => {
  await bed.startProvisioner();
  for (let round = 0; round < 10; round++) {
    await ask(bed, 40, random);
    await delay(random() * 300);
    await bed.postgres.cut();
    await delay(random() * 500);
    await bed.postgres.restore();
  }
};

const gatewayRestarted: Scenario = async (bed, { random }) => {
  await bed.startProvisioner();
  for (let round = 0; round < 10; round++) {
    await ask(bed, 40, random);
    await delay(random() * 500);
    await bed.restartGateway();
  }
};

/** One reply in ten is lost, one late beyond the patience of who waits, one comes twice. */
const repliesAstray: Scenario = async (bed, { random, say }) => {
  const { endpoint } = bed.artemis;
  const fates = ["lost", { lateMs: 9_000 }, "doubled"] as const;
  let isUnruly = true;
  await using proxy = await startManagementProxy(endpoint, "activemq.management", () => (isUnruly ? (fates[Math.floor(random() * 30)] ?? "given") : "given"));
  const url = `main=amqp://${endpoint.username}:${endpoint.password}@127.0.0.1:${proxy.port}`;
  const provisioner = await bed.startProvisioner({ variables: { BROKER_URLS: url } });
  for (let round = 0; round < 5; round++) {
    await ask(bed, 60, random);
    await delay(2_000);
  }
  isUnruly = false;
  say(`    ${proxy.mishaps} replies lost, late or doubled`);
  await eventually(() => bed.test.rows(), (rows) => rows.every(isSettled), 120_000);
  await provisioner.kill();
  await bed.startProvisioner();
};

/** Stopped with claims in its hands until another one has taken over; its late writes must be refused. */
const stoppedPastClaim: Scenario = async (bed, { random }) => {
  for (let round = 0; round < 3; round++) {
    const stopped = await bed.startProvisioner();
    await ask(bed, 200, random);
    await eventually(() => bed.test.rows(), (rows) => rows.some(({ phase }) => phase === "Configuring"), 30_000);
    stopped.pause();
    const other = await bed.startProvisioner({ variables: { HEALTH_PORT: "0" } });
    await eventually(() => bed.test.rows(), (rows) => rows.every(isSettled), 60_000);
    await ask(bed, 50, random);
    stopped.resume();
    await eventually(() => bed.test.rows(), (rows) => rows.every(isSettled), 60_000);
    await Promise.all([stopped.kill(), other.kill()]);
  }
  await bed.startProvisioner();
};

/** Somebody deletes a hundred queues and subscriptions by hand. */
const changedByHand: Scenario = async (bed, { random }) => {
  await ask(bed, 300, random);
  const provisioner = await bed.startProvisioner();
  await bed.converged();
  await provisioner.kill();
  const there = (await bed.broker.listAddresses(openWorkWindow(30_000))).filter(({ messages, type }) => messages === 0 && type !== "topic");
  for (const { brokerAddress } of there.slice(0, 100)) await bed.broker.removeAddress(brokerAddress, openWorkWindow(10_000));
  await bed.startProvisioner();
};

/** A space with all that is in it is deleted; see there. */
const spaceDeleted: Scenario = (bed, { spaceAddresses, say }) => deleteSpaceUnderFaults(bed, spaceAddresses, say);

export const scenarios = { kills, brokerKills, everyBoundary, postgresCut, gatewayRestarted, repliesAstray, stoppedPastClaim, changedByHand, spaceDeleted } as const;

/** Makes queues that stay, each with messages that must outlive everything. @returns how many messages */
export async function fillKeptQueues({ artemis, test, wanted, startProvisioner }: FaultBed): Promise<number> {
  const names = Array.from({ length: 20 }, (_, index) => `kept.${index}`);
  for (const name of names) wanted.add(name);
  const provisioner = await startProvisioner();
  await test.createAddresses(names);
  await eventually(() => test.rows(), (rows) => rows.length === wanted.size && rows.every(isSettled), 60_000);
  await provisioner.kill();
  const messagesEach = 5;
  const { host, port, password } = artemis.endpoint;
  const connection = rhea.create_container().connect({ host, port, username: "gateway", password, reconnect: false });
  let accepted = 0;
  connection.on("accepted", () => accepted++);
  for (const name of names) {
    const sender = connection.open_sender(`${test.space}.qs.${name}`);
    sender.once("sendable", () => {
      for (let index = 0; index < messagesEach; index++) sender.send({ body: `${name} ${index}`, durable: true });
    });
  }
  await eventually(() => accepted, (count) => count === names.length * messagesEach, 30_000);
  connection.close();
  return accepted;
}
