import { backOffMs } from "../back-off.ts";
import type { GatewayDriver, GatewayEntity, GatewayEntityKind } from "../drivers/gateway-driver.ts";
import { isSameEntity } from "../drivers/gateway/entity-map.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { openWorkWindow, type WorkWindow } from "../work-window.ts";
import { desiredEntities } from "./desired-entities.ts";
import type { DesiredRowPages } from "./queries.ts";

const kinds = ["space", "address", "credential"] as const satisfies readonly GatewayEntityKind[];
/**
 * Rounds of one comparison, of which the first that tells nothing is the last: the one after takes back what was told from a
 * row that was deleted in the same moment.
 */
const maxRounds = 5;

/**
 * Keeps one gateway in step: when it connects, when it turns out to have restarted, and in the slow loop, all it holds is
 * compared with all it should hold, what is missing or different is told, what should not be there is removed, and then it is
 * told that it is synchronized. A gateway that is right already is sent nothing.
 *
 * No announcement is lost in between: rows are Configuring in the database before any gateway is told of them, and the list
 * of what the gateway holds is read before the database, so whatever is listed but not wanted is really to go.
 */
export class GatewayLink {
  readonly driver: GatewayDriver;
  readonly #pages: DesiredRowPages;
  readonly #limits: Limits;
  readonly #log: Log;
  #synchronized = false;
  #repairs = 0;
  #comparing: Promise<void> | undefined;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #noteRepairs: (repaired: number) => Promise<void>;
  readonly #stop = new AbortController();

  /** @param noteRepairs called after each comparison with the number of differences found at a gateway that had been right before */
  constructor(driver: GatewayDriver, pages: DesiredRowPages, limits: Limits, log: Log, noteRepairs: (repaired: number) => Promise<void>) {
    this.driver = driver;
    this.#noteRepairs = noteRepairs;
    this.#pages = pages;
    this.#limits = limits;
    this.#log = log.child({ gateway: driver.name });
  }

  /** Whether the gateway knows everything, so that it serves clients. */
  get synchronized(): boolean {
    return this.driver.connected && this.#synchronized;
  }

  /** Differences found at a gateway that had been right before. */
  get repairs(): number {
    return this.#repairs;
  }

  /** To be called when the driver has connected. */
  onConnected(): void {
    this.#synchronized = false;
    this.#failures = 0;
    this.#schedule(0);
  }

  onDisconnected(reason: string): void {
    this.#synchronized = false;
    clearTimeout(this.#timer);
    this.#log.warn({ reason }, "gateway lost");
  }

  /** Compares and repairs now, or joins the comparison that is under way. @throws PostroomError when the gateway or the database fails */
  compare(): Promise<void> {
    this.#comparing ??= this.#compareAll().finally(() => (this.#comparing = undefined));
    return this.#comparing;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#comparing?.catch(() => undefined);
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#stop.signal.aborted) this.#timer = setTimeout(() => void this.#tick(), ms);
  }

  async #tick(): Promise<void> {
    if (!this.driver.connected) return;
    try {
      const self = await this.driver.self(this.#window());
      if (!self.synchronized) this.#synchronized = false;
      if (!this.#synchronized) await this.compare();
      this.#failures = 0;
      this.#schedule(this.#limits.gateways.stateCheckMs);
    } catch (error) {
      this.#failures++;
      this.#log.warn({ error: (error as Error).message }, "gateway could not be brought up to date");
      this.#schedule(backOffMs(this.#failures, this.#limits.gateways.resync));
    }
  }

  async #compareAll(): Promise<void> {
    const startedAt = performance.now();
    const { incarnation, synchronized } = await this.driver.self(this.#window());
    const total = { told: 0, removed: 0 };
    for (let round = 1; round <= maxRounds; round++) {
      const { told, removed } = await this.#compareOnce();
      total.told += told;
      total.removed += removed;
      if (told === 0) break;
    }
    if (!synchronized) await this.driver.setSynchronized(this.#window());
    const after = await this.driver.self(this.#window());
    if (after.incarnation !== incarnation || !after.synchronized) throw new Error("The gateway restarted meanwhile.");
    this.#synchronized = true;
    const repaired = synchronized ? total.told + total.removed : 0;
    this.#repairs += repaired;
    const ms = Math.round(performance.now() - startedAt);
    if (!synchronized) this.#log.info({ ...total, ms }, "gateway told everything");
    else if (repaired > 0) this.#log.warn({ ...total, ms }, "gateway differed from what it should hold, and was repaired");
    await this.#noteRepairs(repaired);
  }

  async #compareOnce(): Promise<{ told: number; removed: number }> {
    const held = new Map<GatewayEntityKind, Map<string, GatewayEntity>>();
    for (const kind of kinds) {
      const entities = await this.driver.list(kind, this.#window());
      held.set(kind, new Map(entities.map((entity) => [entity.name, entity])));
    }
    let told = 0;
    for (const kind of kinds) {
      const unwanted = held.get(kind) ?? new Map<string, GatewayEntity>();
      // From before the page is read: the process may stand still until it sees what was in it.
      let window = this.#window();
      for await (const page of desiredEntities(this.#pages, kind)) {
        const different = page.filter((entity) => {
          const there = unwanted.get(entity.name);
          unwanted.delete(entity.name);
          return !there || (!isSameEntity(there, entity) && there.generation <= entity.generation);
        });
        await Promise.all(different.map((entity) => this.driver.upsert(entity, window)));
        told += different.length;
        window = this.#window();
      }
    }
    let removed = 0;
    for (const kind of kinds.toReversed()) {
      const window = this.#window();
      const unwanted = [...(held.get(kind)?.values() ?? [])];
      await Promise.all(unwanted.map(({ name, generation }) => this.driver.remove(kind, name, generation, window)));
      removed += unwanted.length;
    }
    return { told, removed };
  }

  #window(): WorkWindow {
    return openWorkWindow(this.#limits.gateways.stepMs, this.#stop.signal);
  }
}
