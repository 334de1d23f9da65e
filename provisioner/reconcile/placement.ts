/** A broker of the pool as placement sees it. */
export interface BrokerLoad {
  readonly name: string;
  readonly connected: boolean;
  readonly addresses: number;
  /** Stored bytes that the plans of its addresses reserve. */
  readonly reservedBytes: number;
  /** How many may be reserved; undefined where nobody has said. Given for all brokers of a pool or for none. */
  readonly capacityBytes: number | undefined;
}

/**
 * The broker for each new stored address whose plan reserves so many bytes: of those with room for it the one with the most left,
 * counting those just placed; undefined when none has room. A broker that does not answer is taken only when none does. Where no
 * capacities are given the one with the least reserved has the most left. Equal brokers are taken by the fewest addresses, then in
 * the order of the configuration.
 * @param brokers at least one
 */
export function placeAddresses(brokers: readonly BrokerLoad[], needs: readonly number[]): (string | undefined)[] {
  const usable = brokers.some(({ connected }) => connected) ? brokers.filter(({ connected }) => connected) : brokers;
  const loads = usable.map((load) => ({ ...load }));
  return needs.map((bytes) => {
    let best: (typeof loads)[number] | undefined;
    for (const load of loads) {
      const hasRoom = load.capacityBytes === undefined || load.reservedBytes + bytes <= load.capacityBytes;
      if (hasRoom && (best === undefined || leftOf(load) > leftOf(best) || (leftOf(load) === leftOf(best) && load.addresses < best.addresses))) best = load;
    }
    if (best === undefined) return undefined;
    best.addresses += 1;
    best.reservedBytes += bytes;
    return best.name;
  });
}

function leftOf({ capacityBytes = 0, reservedBytes }: BrokerLoad): number {
  return capacityBytes - reservedBytes;
}
