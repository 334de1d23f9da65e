import { isStored } from "#contracts/addresses/address.ts";
import type { Database } from "../database.ts";
import type { BrokerDriver } from "../drivers/broker-driver.ts";
import type { ClaimedAddress } from "./claimed-rows.ts";
import { placeAddresses } from "./placement.ts";
import { countAddressesByBroker, storePlacements } from "./queries.ts";

/** Chooses brokers for new stored addresses and stores the choice. */
export class Placer {
  readonly #database: Database;
  readonly #brokers: readonly BrokerDriver[];
  readonly #claimedBy: string;
  readonly #countsMs: number;
  #counts: { byBroker: Map<string, number>; readAtMs: number } | undefined;

  /** @param countsMs how long counts read from the database are used; placements of this process are added meanwhile */
  constructor(database: Database, brokers: readonly BrokerDriver[], claimedBy: string, countsMs: number) {
    this.#database = database;
    this.#brokers = brokers;
    this.#claimedBy = claimedBy;
    this.#countsMs = countsMs;
  }

  /** The rows, all stored ones that are to be made with a broker. @throws Error when the database fails */
  async place(rows: readonly ClaimedAddress[]): Promise<ClaimedAddress[]> {
    const unplaced = rows.filter((row) => isStored(row.type) && row.broker === null && row.phase !== "Terminating");
    if (unplaced.length === 0) return [...rows];
    const names = placeAddresses(await this.#loads(), unplaced.length);
    const placements = unplaced.map((claim, index) => ({ claim, broker: names[index] as string }));
    await storePlacements(this.#database, this.#claimedBy, placements);
    for (const { broker } of placements) this.#counts?.byBroker.set(broker, (this.#counts.byBroker.get(broker) ?? 0) + 1);
    const brokerOf = new Map(placements.map(({ claim, broker }) => [claim.id, broker]));
    return rows.map((row) => ({ ...row, broker: brokerOf.get(row.id) ?? row.broker }));
  }

  async #loads(): Promise<{ name: string; connected: boolean; addresses: number }[]> {
    const hasChoice = this.#brokers.length > 1;
    if (hasChoice && (!this.#counts || performance.now() - this.#counts.readAtMs > this.#countsMs)) {
      this.#counts = { byBroker: await countAddressesByBroker(this.#database), readAtMs: performance.now() };
    }
    return this.#brokers.map(({ name, connected }) => ({ name, connected, addresses: this.#counts?.byBroker.get(name) ?? 0 }));
  }
}
