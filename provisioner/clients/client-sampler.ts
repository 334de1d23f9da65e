import type { Database } from "../database.ts";
import type { GatewayClients, GatewayDriver, JournalPlace } from "../drivers/gateway-driver.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import type { Lease } from "../statistics/queries.ts";
import { openWorkWindow } from "../work-window.ts";
import { connectionRow, eventRow, isSameRow, linkRow, sourceOf, type ClientEventRow, type ConnectionRow, type LinkRow } from "./client-rows.ts";
import { EventBudget } from "./event-budget.ts";
import { countRows, keepEventPartitions, readPlaces, writeClients, type GatewayPass } from "./queries.ts";

export interface ClientSamplerOptions {
  readonly database: Database;
  readonly gateways: readonly GatewayDriver[];
  readonly limits: Limits;
  readonly log: Log;
}

/** What is known of a gateway's clients, as it was written last. */
interface Known {
  readonly incarnation: string;
  readonly connections: ReadonlyMap<string, ConnectionRow>;
  readonly links: ReadonlyMap<string, LinkRow>;
  readonly atMs: number;
  /** How many rows the database took: those of spaces that it does not have are not there. */
  readonly stored: { readonly connections: number; readonly links: number };
}

interface Read {
  readonly gateway: GatewayDriver;
  readonly clients: GatewayClients;
  readonly events: readonly ClientEventRow[];
  readonly place: JournalPlace;
}

/**
 * Keeps connections, links and what happens to clients of all gateways in Postgres; part of each sampling pass, by whoever holds its
 * lease. What did not change is not written. A gateway that does not answer keeps what it had for some minutes; `statistics_coverage`
 * says since when that is not known.
 */
export class ClientSampler {
  readonly #options: ClientSamplerOptions;
  readonly #budget: EventBudget;
  readonly #stop = new AbortController();
  #known = new Map<string, Known>();
  #places = new Map<string, JournalPlace>();
  #awaySince = new Map<string, number>();
  #epoch: string | undefined;
  #keptPartitionsAt = Number.NEGATIVE_INFINITY;

  constructor(options: ClientSamplerOptions) {
    this.#options = options;
    this.#budget = new EventBudget(options.limits.clients);
  }

  /** Reads all gateways once and writes what changed. */
  async sample(lease: Lease, maxGapMs: number): Promise<void> {
    const { database, gateways, limits: { clients, statistics } } = this.#options;
    if (lease.epoch !== this.#epoch) await this.#takeOver(lease);
    if (performance.now() - this.#keptPartitionsAt > statistics.rollUpMs) {
      await keepEventPartitions(database);
      this.#keptPartitionsAt = performance.now();
    }
    const [reads, counts] = await Promise.all([Promise.all(gateways.map((gateway) => this.#read(gateway, lease.nowMs))), countRows(database)]);
    const present = reads.filter((read) => read !== undefined);
    const gone = this.#gone([...counts.keys()], present, lease.nowMs);
    const prepared = present.map((read) => this.#prepare(read, counts.get(read.gateway.name), lease.nowMs, maxGapMs));
    const events = this.#budget.take(prepared.flatMap(({ pass }) => pass.events), lease.nowMs);
    const passes = prepared.map(({ pass }) => ({ ...pass, events: events.filter(({ gateway }) => gateway === pass.gateway) }));
    const written = await writeClients(database, { lease, passes, gone, writeRows: clients.writeRows });
    if (written === undefined) {
      this.#epoch = undefined;
      return;
    }
    for (const name of gone) this.#known.delete(name);
    for (const { pass, connections, links, before, clients: { incarnation } } of prepared) {
      const isStored = <T extends { readonly id: string }>(row: T, held: ReadonlyMap<string, T> | undefined): boolean => written.has(row.id) || held?.has(row.id) === true;
      const storedConnections = connections.filter((row) => isStored(row, before?.connections));
      const storedLinks = links.filter((row) => isStored(row, before?.links));
      this.#known.set(pass.gateway, {
        incarnation,
        connections: byId(storedConnections),
        links: byId(storedLinks),
        atMs: lease.nowMs,
        stored: { connections: storedConnections.length, links: storedLinks.length },
      });
      this.#places.set(pass.gateway, pass.place);
    }
  }

  close(): void {
    this.#stop.abort();
  }

  async #takeOver(lease: Lease): Promise<void> {
    this.#places = await readPlaces(this.#options.database);
    this.#known = new Map();
    this.#awaySince = new Map();
    this.#keptPartitionsAt = Number.NEGATIVE_INFINITY;
    this.#epoch = lease.epoch;
  }

  /** Undefined while it does not answer. */
  async #read(gateway: GatewayDriver, nowMs: number): Promise<Read | undefined> {
    const { limits: { clients: { stepMs, eventPages, pageEvents } }, log } = this.#options;
    if (!gateway.connected) return undefined;
    try {
      const window = openWorkWindow(stepMs, this.#stop.signal);
      const clients = await gateway.readClients(window);
      const events: ClientEventRow[] = [];
      let place = this.#places.get(gateway.name) ?? { incarnation: "", sequence: 0 };
      for (let page = 0; page < eventPages; page += 1) {
        const read = await gateway.readClientEvents(place, window);
        const source = sourceOf(gateway.name, read.incarnation);
        for (const event of read.events) events.push(eventRow(source, gateway.name, event, nowMs));
        const last = read.events.at(-1)?.sequence;
        place = { incarnation: read.incarnation, sequence: last ?? (read.incarnation === place.incarnation ? place.sequence : 0) };
        if (read.events.length < pageEvents) break;
      }
      return { gateway, clients, events, place };
    } catch (error) {
      if (this.#stop.signal.aborted) throw error;
      log.warn({ part: gateway.title, error: (error as Error).message }, "its clients could not be read; what they do is not known meanwhile");
      return undefined;
    }
  }

  /** Gateways of which the tables have rows that are too old to be shown, or that are no longer told to be there. */
  #gone(inTables: readonly string[], reads: readonly Read[], nowMs: number): string[] {
    const { gateways, limits: { clients } } = this.#options;
    for (const { gateway } of reads) this.#awaySince.delete(gateway.name);
    return inTables.filter((name) => {
      if (reads.some(({ gateway }) => gateway.name === name)) return false;
      if (!gateways.some((gateway) => gateway.name === name)) return true;
      const since = this.#awaySince.get(name) ?? nowMs;
      this.#awaySince.set(name, since);
      return nowMs - since > clients.awayMs;
    });
  }

  #prepare({ gateway: { name }, clients, events, place }: Read, count: { connections: number; links: number } | undefined, nowMs: number, maxGapMs: number) {
    const source = sourceOf(name, clients.incarnation);
    const held = this.#known.get(name);
    const counted = count ?? { connections: 0, links: 0 };
    // Whatever the reason why the tables have another number of rows, as after a crash of the database: all are written anew.
    const isSure = held !== undefined && held.incarnation === clients.incarnation && held.stored.connections === counted.connections && held.stored.links === counted.links;
    const before = isSure ? held : undefined;
    const elapsedMs = held === undefined || held.incarnation !== clients.incarnation ? undefined : nowMs - held.atMs;
    const rateOf = (now: number, earlier: number | undefined): number | null =>
      elapsedMs === undefined || elapsedMs <= 0 || elapsedMs > maxGapMs ? null : Math.round((Math.max(0, now - (earlier ?? 0)) / elapsedMs) * 1_000_000) / 1000;
    const connections = clients.connections.map((read) => connectionRow(source, name, read, rateOf, held?.connections.get(`${source}-${read.name}`)));
    const links = clients.links.map((read) => linkRow(source, read, rateOf, held?.links.get(`${source}-${read.connection}-${read.name}`)));
    const hasGone = before === undefined || hasOthers(before.connections, connections) || hasOthers(before.links, links);
    const known = this.#places.get(name);
    const pass: GatewayPass = {
      gateway: name,
      connections: changedRows(connections, before?.connections),
      links: changedRows(links, before?.links),
      present: hasGone ? { connections: connections.map(({ id }) => id), links: links.map(({ id }) => id) } : undefined,
      events,
      place,
      startedAnew: known === undefined || known.incarnation === clients.incarnation ? undefined : { source, idOfEvents: `${source}-0-` },
    };
    return { pass, connections, links, before, clients };
  }
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}

function changedRows<T extends { readonly id: string }>(rows: readonly T[], before: ReadonlyMap<string, T> | undefined): T[] {
  return rows.filter((row) => {
    const held = before?.get(row.id);
    return held === undefined || !isSameRow(row, held);
  });
}

function hasOthers<T extends { readonly id: string }>(before: ReadonlyMap<string, T>, rows: readonly T[]): boolean {
  const ids = new Set(rows.map(({ id }) => id));
  for (const id of before.keys()) if (!ids.has(id)) return true;
  return false;
}
