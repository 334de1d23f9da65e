import type { Link, LinkCounters } from "../engine/link.ts";
import type { AddressEntry, Retired } from "./directory.ts";

/** Enters a client's link at its address, so that it is listed, counted and ended with it. */
export function enterLink(link: Link, address: AddressEntry): void {
  link.addressName = address.name;
  if (!link.isSender) link.maxMessageBytes = address.settings.maxMessageBytes;
  address.links.add(link);
  if (link.isSender) address.consumers += 1;
}

/** Takes a link that is gone out of its address; what it has counted stays with address and connection. */
export function leaveLink(link: Link, address: AddressEntry): void {
  if (!address.links.delete(link)) return;
  if (link.isSender) address.consumers -= 1;
  for (const retired of [address.retired, link.session.connection.retired]) {
    addCounters(link.isSender ? retired.outgoing : retired.incoming, link.counters);
  }
}

export function addCounters(sum: LinkCounters, counters: LinkCounters): void {
  sum.deliveries += counters.deliveries;
  sum.bytes += counters.bytes;
  sum.accepted += counters.accepted;
  sum.rejected += counters.rejected;
  sum.released += counters.released;
  sum.modified += counters.modified;
  sum.presettled += counters.presettled;
  sum.dropped += counters.dropped;
}

/** Sums of live and former links; `incoming` is what clients sent, `outgoing` what they received. */
export function sumCounters(retired: Retired, links: Iterable<Link>): Retired {
  const sum = { incoming: { ...retired.incoming }, outgoing: { ...retired.outgoing } };
  for (const link of links) addCounters(link.isSender ? sum.outgoing : sum.incoming, link.counters);
  return sum;
}
