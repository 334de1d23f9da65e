import type { GatewayClientEvent } from "#contracts/gateway-management.ts";

/** What has happened to a client, before it has its place in the journal. */
export type ClientHappening = Omit<GatewayClientEvent, "sequence" | "count" | "firstMs" | "lastMs">;

export interface JournalLimits {
  /** Events that wait to be fetched, gathered or not. */
  readonly events: number;
  /** Of one space while they are gathered: a storm in one must not take the place of the others. */
  readonly gatheredPerSpace: number;
}

const shippedLimits: JournalLimits = { events: 20_000, gatheredPerSpace: 500 };

/**
 * What happened to clients of late, until somebody has fetched it. Equal happenings between two fetches are one event with a count,
 * so that a client that comes and goes in a loop costs as much as one that does so once. What does not fit is counted, and said
 * as an event of its own.
 */
export class ClientJournal {
  readonly #limits: JournalLimits;
  readonly #gathered = new Map<string, GatewayClientEvent>();
  readonly #gatheredOf = new Map<string, number>();
  readonly #dropped = new Map<string, { count: number; readonly firstMs: number }>();
  #waiting: GatewayClientEvent[] = [];
  #sequence = 0;

  constructor(limits: JournalLimits = shippedLimits) {
    this.#limits = limits;
  }

  /** Sequence number of the newest event that can be fetched. */
  get newest(): number {
    return this.#sequence;
  }

  /** @param sameAs what makes two happenings one event, beside their kind and space */
  note(happening: ClientHappening, sameAs: readonly (string | number)[]): void {
    const nowMs = Date.now();
    const key = [happening.kind, happening.space, ...sameAs].join("\0");
    const known = this.#gathered.get(key);
    if (known !== undefined) {
      this.#gathered.set(key, { ...happening, sequence: 0, count: known.count + 1, firstMs: known.firstMs, lastMs: nowMs });
      return;
    }
    const ofSpace = this.#gatheredOf.get(happening.space) ?? 0;
    if (ofSpace >= this.#limits.gatheredPerSpace || this.#gathered.size + this.#waiting.length >= this.#limits.events) return this.#drop(happening.space, nowMs);
    this.#gatheredOf.set(happening.space, ofSpace + 1);
    this.#gathered.set(key, { ...happening, sequence: 0, count: 1, firstMs: nowMs, lastMs: nowMs });
  }

  /**
   * Events behind a sequence number, oldest first. Those up to it are forgotten: whoever asks has them.
   * @param count at most so many
   */
  after(sequence: number, count: number): GatewayClientEvent[] {
    const kept = this.#waiting.findIndex((event) => event.sequence > sequence);
    this.#waiting = kept < 0 ? [] : this.#waiting.slice(kept);
    for (const event of this.#gathered.values()) this.#waiting.push({ ...event, sequence: (this.#sequence += 1) });
    for (const [space, dropped] of this.#dropped) {
      if (this.#waiting.length >= this.#limits.events) break;
      this.#dropped.delete(space);
      this.#waiting.push({ ...nothing, kind: "events-dropped", space, count: dropped.count, firstMs: dropped.firstMs, lastMs: Date.now(), sequence: (this.#sequence += 1) });
    }
    this.#gathered.clear();
    this.#gatheredOf.clear();
    return this.#waiting.slice(0, count);
  }

  #drop(space: string, nowMs: number): void {
    const dropped = this.#dropped.get(space);
    if (dropped !== undefined) dropped.count += 1;
    else this.#dropped.set(space, { count: 1, firstMs: nowMs });
  }
}

const nothing = { connection: 0, container: "", login: "", isPerson: false, remoteAddress: "", address: "", role: "", condition: "", text: "" } as const;
