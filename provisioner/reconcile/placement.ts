/** A broker of the pool as placement sees it. */
export interface BrokerLoad {
  readonly name: string;
  readonly connected: boolean;
  readonly addresses: number;
}

/**
 * The broker for each of `count` new stored addresses: always the one with the fewest, counting those just placed; a broker
 * that does not answer only when none does. Equal brokers are taken in the order of the configuration.
 * @param brokers at least one
 */
export function placeAddresses(brokers: readonly BrokerLoad[], count: number): string[] {
  const usable = brokers.some(({ connected }) => connected) ? brokers.filter(({ connected }) => connected) : brokers;
  const loads = usable.map(({ name, addresses }) => ({ name, addresses }));
  const placed: string[] = [];
  for (let index = 0; index < count; index++) {
    const least = loads.reduce((best, load) => (load.addresses < best.addresses ? load : best));
    least.addresses++;
    placed.push(least.name);
  }
  return placed;
}
