import type { Database } from "../database.ts";
import type { AddressClass, BrokerAddress, BrokerDriver } from "../drivers/broker-driver.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { openWorkWindow, type WorkWindow } from "../work-window.ts";
import { placedAddresses, unsettleAddresses, type PlacedAddress } from "./queries.ts";

/** What one comparison of a broker with the desired state found. */
export interface BrokerDrift {
  /** Addresses that were missing or different, handed back to the reconciler. */
  readonly addresses: number;
  /** Settings of classes and spaces that were set right. */
  readonly settings: number;
  /** Addresses of our form that nobody asked for: reported, never deleted. */
  readonly unknown: number;
  /** Those of them that hold messages. */
  readonly unknownWithMessages: number;
}

/**
 * Compares a broker with the desired state and repairs it. Addresses are repaired by the reconciler, on claimed rows, so that
 * a repair can never bring back what is being deleted.

 * @throws PostroomError when the broker fails, Error when the database fails
 */
export async function compareBroker(
  driver: BrokerDriver,
  { database, limits, log, signal }: { database: Database; limits: Limits; log: Log; signal: AbortSignal },
): Promise<BrokerDrift> {
  const window = (): WorkWindow => openWorkWindow(limits.drift.stepMs, signal);
  const startedAt = performance.now();
  const list = async () => new Map((await driver.listAddresses(window())).map((address) => [address.brokerAddress, address]));
  const actual = await list();
  const classes = new Map<string, AddressClass>();
  const spaces = new Set<string>();
  const suspects: PlacedAddress[] = [];
  for await (const page of placedAddresses(database, driver.name, limits.drift.pageRows)) {
    for (const wanted of page) {
      // A broker has no settings for subscriptions.
      if (wanted.type !== "subscription") classes.set(wanted.addressClass.classId, wanted.addressClass);
      spaces.add(wanted.space);
      if (wanted.isSettled && !isAsWanted(wanted, actual.get(wanted.brokerAddress))) suspects.push(wanted);
      actual.delete(wanted.brokerAddress);
    }
  }
  // What was made after the listing looks lost, and what was deleted after it looks unknown: the broker is asked once more.
  const now = suspects.length + actual.size === 0 ? actual : await list();
  const lost = suspects.filter((wanted) => !isAsWanted(wanted, now.get(wanted.brokerAddress)));
  const addresses = await unsettleAddresses(database, lost, `Was missing or different on ${driver.title}; it is being set up again.`);
  let settings = 0;
  for (const addressClass of classes.values()) if (await driver.repairClass(addressClass, window())) settings++;
  for (const space of sample(spaces, limits.drift.spacesPerRound)) if (await driver.repairSpace(space, window())) settings++;
  const unknown = [...actual.keys()].flatMap((brokerAddress) => now.get(brokerAddress) ?? []);
  const unknownWithMessages = unknown.filter(({ messages }) => messages > 0).length;
  if (unknown.length > 0) {
    log.warn(
      { broker: driver.name, unknown: unknown.length, withMessages: unknownWithMessages, examples: unknown.slice(0, limits.drift.maxNamed).map(({ brokerAddress }) => brokerAddress) },
      "the broker has addresses that nobody asked for; they are left alone",
    );
  }
  if (addresses + settings > 0) log.warn({ broker: driver.name, addresses, settings }, "the broker differed from what it should have, and is being repaired");
  log.debug({ broker: driver.name, ms: Math.round(performance.now() - startedAt) }, "broker compared");
  return { addresses, settings, unknown: unknown.length, unknownWithMessages };
}

function isAsWanted(wanted: PlacedAddress, actual: BrokerAddress | undefined): boolean {
  if (!actual || actual.type !== wanted.type) return false;
  return wanted.type === "topic" || actual.maxConsumers === wanted.limits.maxConsumers;
}

/** A random part, so that in the course of some rounds each is looked at. */
function sample(all: ReadonlySet<string>, size: number): string[] {
  const list = [...all];
  if (list.length <= size) return list;
  const start = Math.floor(Math.random() * list.length);
  return Array.from({ length: size }, (_, index) => list[(start + index) % list.length] as string);
}
