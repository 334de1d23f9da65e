import type { Link } from "./link.ts";

interface Entry {
  link: Link;
  peer: Link | null;
  peerId: number;
}

const firstCapacity = 16;
const maxCapacity = 65_536;

/**
 * The unsettled deliveries of one direction of a session, by delivery id: whose they are, and which delivery of which link
 * on the other side they belong to. A ring of parallel arrays, since ids are handed out one after the other; a delivery
 * that stays unsettled so long that the ring comes round moves into a map.
 */
export class DeliveryTable {
  count = 0;
  /** Outcome of {@link find} and {@link take}: valid until the next call. */
  link: Link | null = null;
  peer: Link | null = null;
  peerId = 0;
  #mask = 0;
  #ids: Uint32Array = none;
  #peerIds: Uint32Array = none;
  #links: (Link | null)[] = [];
  #peers: (Link | null)[] = [];
  #old: Map<number, Entry> | null = null;

  set(id: number, link: Link, peer: Link | null, peerId: number): void {
    if (this.#links.length === 0) this.#grow(firstCapacity);
    let slot = id & this.#mask;
    while (this.#links[slot] !== null && this.#links.length < maxCapacity) {
      this.#grow(this.#links.length * 2);
      slot = id & this.#mask;
    }
    if (this.#links[slot] !== null) {
      this.#old ??= new Map();
      this.#old.set(this.#ids[slot]!, { link: this.#links[slot]!, peer: this.#peers[slot]!, peerId: this.#peerIds[slot]! });
    }
    this.#ids[slot] = id;
    this.#links[slot] = link;
    this.#peers[slot] = peer;
    this.#peerIds[slot] = peerId;
    this.count += 1;
  }

  /** @returns whether the delivery is there; {@link link}, {@link peer} and {@link peerId} then say more */
  find(id: number): boolean {
    const slot = id & this.#mask;
    const link = this.#links[slot];
    if (link !== null && link !== undefined && this.#ids[slot] === id) {
      this.link = link;
      this.peer = this.#peers[slot]!;
      this.peerId = this.#peerIds[slot]!;
      return true;
    }
    const entry = this.#old?.get(id);
    if (entry === undefined) return false;
    this.link = entry.link;
    this.peer = entry.peer;
    this.peerId = entry.peerId;
    return true;
  }

  remove(id: number): boolean {
    const slot = id & this.#mask;
    const link = this.#links[slot];
    if (link !== null && link !== undefined && this.#ids[slot] === id) {
      this.#links[slot] = null;
      this.#peers[slot] = null;
      this.count -= 1;
      return true;
    }
    if (this.#old?.delete(id) !== true) return false;
    this.count -= 1;
    return true;
  }

  /** Cuts a delivery off from its other side, or joins it to another one. */
  setPeer(id: number, peer: Link | null, peerId: number): void {
    const slot = id & this.#mask;
    if (this.#links[slot] && this.#ids[slot] === id) {
      this.#peers[slot] = peer;
      this.#peerIds[slot] = peerId;
      return;
    }
    const entry = this.#old?.get(id);
    if (entry !== undefined) {
      entry.peer = peer;
      entry.peerId = peerId;
    }
  }

  /** Narrows a range as a peer claims it to ids that can be there, so that a wide claim costs no more than the table. */
  forEachInRange(first: number, last: number, visit: (id: number) => void): void {
    const width = (last - first) >>> 0;
    if (width < this.#links.length) {
      for (let offset = 0; offset <= width; offset += 1) visit((first + offset) >>> 0);
      return;
    }
    if (width >= 0x8000_0000) return;
    const found: number[] = [];
    this.forEach((id) => {
      if (((id - first) >>> 0) <= width) found.push(id);
    });
    found.sort((a, b) => ((a - first) >>> 0) - ((b - first) >>> 0));
    for (const id of found) visit(id);
  }

  /** Visits all; the visitor may remove the one it is given. */
  forEach(visit: (id: number, link: Link, peer: Link | null, peerId: number) => void): void {
    if (this.#old !== null) for (const [id, entry] of this.#old) visit(id, entry.link, entry.peer, entry.peerId);
    for (let slot = 0; slot < this.#links.length; slot += 1) {
      const link = this.#links[slot];
      if (link) visit(this.#ids[slot]!, link, this.#peers[slot]!, this.#peerIds[slot]!);
    }
  }

  clear(): void {
    this.count = 0;
    this.#mask = 0;
    this.#ids = none;
    this.#peerIds = none;
    this.#links = [];
    this.#peers = [];
    this.#old = null;
  }

  #grow(capacity: number): void {
    const mask = capacity - 1;
    const ids = new Uint32Array(capacity);
    const peerIds = new Uint32Array(capacity);
    const links = Array.from<Link | null>({ length: capacity }).fill(null);
    const peers = Array.from<Link | null>({ length: capacity }).fill(null);
    for (let slot = 0; slot < this.#links.length; slot += 1) {
      const link = this.#links[slot];
      if (!link) continue;
      const id = this.#ids[slot]!;
      ids[id & mask] = id;
      peerIds[id & mask] = this.#peerIds[slot]!;
      links[id & mask] = link;
      peers[id & mask] = this.#peers[slot]!;
    }
    this.#mask = mask;
    this.#ids = ids;
    this.#peerIds = peerIds;
    this.#links = links;
    this.#peers = peers;
  }
}

const none = new Uint32Array(0);
