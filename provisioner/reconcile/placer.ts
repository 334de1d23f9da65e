import { hasStorageOfItsOwn } from "#contracts/addresses/address-type.ts";
import type { Database } from "../database.ts";
import type { BrokerDriver } from "../drivers/broker-driver.ts";
import type { ClaimedAddress } from "./claimed-rows.ts";
import { placeAddresses, type BrokerLoad } from "./placement.ts";
import { readBrokerUse, storePlacements, type BrokerUse } from "./queries.ts";

/** Bytes that plans may reserve, by the names of brokers; none for brokers of whose size nobody has said anything. */
export type BrokerCapacities = ReadonlyMap<string, number>;

/** Chooses brokers for new stored addresses. */
export class Placer {
  readonly #database: Database;
  readonly #brokers: readonly BrokerDriver[];
  readonly #capacities: BrokerCapacities;
  readonly #countsMs: number;
  #use: { byBroker: Map<string, BrokerUse>; readAtMs: number } | undefined;

  /** @param countsMs how long what was read of the brokers' use is taken for true; placements of this process are added meanwhile */
  constructor(database: Database, brokers: readonly BrokerDriver[], capacities: BrokerCapacities, countsMs: number) {
    this.#database = database;
    this.#brokers = brokers;
    this.#capacities = capacities;
    this.#countsMs = countsMs;
  }

  /**
   * What `claim` claims, new stored addresses with a broker where one has room. The only broker there is, which has no bound, is
   * given with the claim (`only`). Otherwise what the plans of the claimed rows need is known only then; their brokers are stored
   * under the claim before any is told, since a later try must not choose another one.
   * @throws Error when the database fails
   */
  async claimPlaced(claim: (only: string | null) => Promise<ClaimedAddress[]>): Promise<ClaimedAddress[]> {
    const [first, ...others] = this.#brokers;
    if (first !== undefined && others.length === 0 && this.#capacities.size === 0) return claim(first.name);
    const rows = await claim(null);
    const open = rows.filter(({ type, broker, phase }) => broker === null && phase !== "Terminating" && hasStorageOfItsOwn(type));
    if (open.length === 0) return rows;
    const loads = await this.#loads();
    const names = placeAddresses(loads, open.map(needOf));
    const chosen = open.flatMap((row, index) => (names[index] === undefined ? [] : [{ row, broker: names[index] }]));
    const placed = await storePlacements(this.#database, chosen.map(({ row, broker }) => ({ claim: row, broker })));
    for (const { row, broker } of chosen) this.#add(broker, needOf(row));
    const brokerOf = new Map(chosen.filter(({ row }) => placed.has(row.id)).map(({ row, broker }) => [row.id, broker]));
    return rows.map((row) => ({ ...row, broker: brokerOf.get(row.id) ?? row.broker }));
  }

  #add(broker: string, bytes: number): void {
    const held = this.#use?.byBroker.get(broker) ?? { addresses: 0, reservedBytes: 0 };
    this.#use?.byBroker.set(broker, { addresses: held.addresses + 1, reservedBytes: held.reservedBytes + bytes });
  }

  async #loads(): Promise<BrokerLoad[]> {
    if (!this.#use || performance.now() - this.#use.readAtMs > this.#countsMs) this.#use = { byBroker: await readBrokerUse(this.#database), readAtMs: performance.now() };
    const { byBroker } = this.#use;
    return this.#brokers.map(({ name, connected }) => ({ name, connected, ...(byBroker.get(name) ?? { addresses: 0, reservedBytes: 0 }), capacityBytes: this.#capacities.get(name) }));
  }
}

function needOf({ limits }: ClaimedAddress): number {
  return limits.storedBytes ?? 0;
}
