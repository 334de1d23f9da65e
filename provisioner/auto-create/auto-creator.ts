import { setTimeout as delay } from "node:timers/promises";
import type { ChangeNotice } from "#contracts/changes.ts";
import type { GatewayAddressAnswer, GatewayAddressRequest } from "#contracts/gateway-management.ts";
import { autoCreateAddresses, type AutoCreated } from "#server/addresses/auto-create-addresses.ts";
import type { Database as TenantDatabase } from "#server/db/database.ts";
import { backOffMs } from "../back-off.ts";
import type { Database } from "../database.ts";
import type { GatewayDriver } from "../drivers/gateway-driver.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { Semaphore } from "../semaphore.ts";
import { openWorkWindow } from "../work-window.ts";
import { findOpenSpace, readAwaited } from "./queries.ts";

export interface AutoCreatorOptions {
  readonly database: Database;
  /** For the use-case, whose rows belong to a tenant. */
  readonly tenantDatabase: TenantDatabase;
  readonly gateways: readonly GatewayDriver[];
  readonly limits: Limits["autoCreate"];
  readonly log: Log;
  /** Called when there are new rows. */
  readonly onCreated: () => void;
}

/** One name for which attaches wait at one gateway. */
interface Wish extends GatewayAddressRequest {
  readonly driver: GatewayDriver;
  readonly untilMs: number;
  /** `<tenant>.<space>` and the name in it. */
  readonly space: string;
  readonly ownName: string;
}

const there: GatewayAddressAnswer = { condition: "", description: "" };
const conditionOf = { unknown: "amqp:not-found", forbidden: "amqp:unauthorized-access", full: "amqp:resource-limit-exceeded" } as const;

/**
 * Makes addresses that programs ask for by attaching to them, where a rule of the space says so: hears of wishes from each
 * gateway, stores the rows under the rules of any creation, and tells the gateways when they are Active or why they are not.
 *
 * Nothing is remembered past a restart: whoever waits at a gateway is heard again. Several provisioners hear the same wish; the
 * first makes the row, the others find it.
 */
export class AutoCreator {
  readonly #options: AutoCreatorOptions;
  readonly #turns: Semaphore;
  readonly #stop = new AbortController();
  /** By gateway, number and name. */
  readonly #wishes = new Map<string, Wish>();
  /** Not yet taken up, by space; a space that is worked on has an entry. */
  readonly #queues = new Map<string, Wish[]>();
  /** Those whose row is there, by its id. */
  readonly #awaited = new Map<string, Set<Wish>>();
  readonly #underWay = new Set<Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AutoCreatorOptions) {
    this.#options = options;
    this.#turns = new Semaphore(options.limits.atOnce, options.limits.maxWishes);
  }

  start(): void {
    const { gateways, limits } = this.#options;
    for (const driver of gateways) this.#track(this.#listen(driver));
    this.#timer = setInterval(() => this.#track(this.#checkAwaited([...this.#awaited.keys()])), limits.checkMs);
  }

  /** To be called for each announced change of a row. */
  onChange({ table, id, phase, gone }: ChangeNotice): void {
    if (table !== "address" || !this.#awaited.has(id)) return;
    if (phase === "Active" && !gone) this.#settle(id, there);
    else if (phase === "Failed" || gone) this.#track(this.#checkAwaited([id]));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
  }

  /** Asks a gateway for the next wishes, without end. */
  async #listen(driver: GatewayDriver): Promise<void> {
    const { limits, log } = this.#options;
    const { signal } = this.#stop;
    let after = 0;
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (!driver.connected || this.#wishes.size >= limits.maxWishes) {
          if (!driver.connected) after = 0;
          await delay(limits.reconnect.firstMs, undefined, { signal });
          continue;
        }
        const requests = await driver.nextAddressRequests(after, limits.pollMs, openWorkWindow(limits.pollMs * 2, signal));
        failures = 0;
        for (const request of requests) {
          after = Math.max(after, request.number);
          this.#take(driver, request);
        }
      } catch (error) {
        if (signal.aborted) return;
        // It may be another gateway next time, or the same one that has forgotten what it was told.
        after = 0;
        failures++;
        log[driver.connected ? "warn" : "debug"]({ gateway: driver.name, error: (error as Error).message }, "wishes for addresses cannot be heard");
        await delay(backOffMs(failures, limits.reconnect), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #take(driver: GatewayDriver, request: GatewayAddressRequest): void {
    const key = keyOf(driver, request);
    if (this.#wishes.has(key)) return;
    const divider = request.name.indexOf("/");
    const space = request.name.slice(0, divider);
    const wish: Wish = { ...request, driver, space, ownName: request.name.slice(divider + 1), untilMs: performance.now() + this.#options.limits.answerMs };
    this.#wishes.set(key, wish);
    this.#enqueue(wish);
  }

  #enqueue(wish: Wish): void {
    const queue = this.#queues.get(wish.space);
    if (queue) return void queue.push(wish);
    this.#queues.set(wish.space, [wish]);
    this.#track(this.#workOnSpace(wish.space));
  }

  /** Works off what a space wants, part by part, and what comes meanwhile in the next part. */
  async #workOnSpace(space: string): Promise<void> {
    const queue = this.#queues.get(space)!;
    while (queue.length > 0 && !this.#stop.signal.aborted) {
      await this.#turns.run(async () => {
        const part = queue.splice(0, this.#options.limits.batchRows);
        try {
          await this.#create(space, part);
        } catch (error) {
          this.#options.log.warn({ space, error: (error as Error).message }, "addresses that programs ask for could not be made; tried again at once");
          for (const wish of part) this.#again(wish);
        }
      });
    }
    this.#queues.delete(space);
  }

  async #create(space: string, part: readonly Wish[]): Promise<void> {
    const { database, tenantDatabase, onCreated } = this.#options;
    const found = await findOpenSpace(database, space);
    if (!found) {
      for (const wish of part) this.#answer(wish, { condition: conditionOf.unknown, description: "The address space is not there, or closed." });
      return;
    }
    const wanted = part.map(({ ownName, login, operation, remoteAddress }) => ({ name: ownName, login, operation, remoteAddress }));
    const outcomes = await tenantDatabase.withTenant(found.tenant.id, "", (client) => autoCreateAddresses(client, found, wanted));
    onCreated();
    const ids: string[] = [];
    for (const [index, wish] of part.entries()) {
      const outcome = outcomes[index] as AutoCreated;
      if (outcome.kind === "refused") this.#answer(wish, { condition: conditionOf[outcome.why], description: outcome.message });
      else if (outcome.kind === "leaving") this.#again(wish);
      else {
        ids.push(outcome.id);
        this.#awaited.set(outcome.id, (this.#awaited.get(outcome.id) ?? new Set()).add(wish));
      }
    }
    await this.#checkAwaited(ids);
  }

  /** Tries once more after a pause, as long as the gateway is patient. */
  #again(wish: Wish): void {
    const { retryMs } = this.#options.limits;
    if (performance.now() + retryMs > wish.untilMs) {
      this.#answer(wish, { condition: "amqp:internal-error", description: `The address ${wish.ownName} could not be made just now. Attach again in a moment.` });
      return;
    }
    this.#track(delay(retryMs, undefined, { signal: this.#stop.signal }).then(() => this.#enqueue(wish), () => undefined));
  }

  /** Looks at rows that are waited for. */
  async #checkAwaited(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    try {
      const rows = new Map((await readAwaited(this.#options.database, ids)).map((row) => [row.id, row]));
      for (const id of ids) {
        const row = rows.get(id);
        const isLate = [...(this.#awaited.get(id) ?? [])].some(({ untilMs }) => performance.now() > untilMs);
        if (row?.phase === "Active") this.#settle(id, there);
        else if (row === undefined || row.phase === "Failed" || row.phase === "Terminating" || isLate) {
          const why = row?.reason ?? "It is still being set up.";
          this.#settle(id, { condition: "amqp:internal-error", description: `The address was made, but cannot be used yet. ${why} Attach again in a moment.` });
        }
      }
    } catch (error) {
      this.#options.log.debug({ error: (error as Error).message }, "addresses that programs wait for could not be looked at");
    }
  }

  #settle(id: string, answer: GatewayAddressAnswer): void {
    const wishes = this.#awaited.get(id) ?? [];
    this.#awaited.delete(id);
    for (const wish of wishes) this.#answer(wish, answer);
  }

  #answer(wish: Wish, answer: GatewayAddressAnswer): void {
    const { driver, name } = wish;
    const telling = driver.answerAddressRequest(name, answer, openWorkWindow(this.#options.limits.answerMs, this.#stop.signal, true)).then(
      () => this.#wishes.delete(keyOf(driver, wish)),
      // When it is back, it tells of whoever waits still.
      () => this.#wishes.delete(keyOf(driver, wish)),
    );
    this.#track(telling);
  }

  #track(work: Promise<unknown>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }
}

function keyOf(driver: GatewayDriver, { name, number }: GatewayAddressRequest): string {
  return `${driver.name} ${number} ${name}`;
}
