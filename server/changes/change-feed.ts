import { Client } from "pg";
import { changeNoticeSchema, changesChannel } from "#contracts/changes.ts";
import { PostroomError } from "#contracts/errors.ts";
import type { Log } from "../log.ts";

/** Bounds of the feed: what one console and one slow reader may cost. */
const limits = {
  subscriptions: 2_000,
  /** Of one person: a stream for each of many open tabs, and no more. */
  subscriptionsPerPerson: 50,
  /** Changed names kept for a reader that does not keep up; beyond that it is told to refetch. */
  pendingNames: 500,
  connectTimeoutMs: 3_000,
  /** A silent server or network is noticed within this and the time-out. */
  heartbeatMs: 15_000,
  heartbeatTimeoutMs: 5_000,
  firstRetryMs: 200,
  maxRetryMs: 10_000,
} as const;

/** What has changed in a space since the last look; `resync` says that more may have, so that everything must be read again. */
export interface PendingChanges {
  readonly resync: boolean;
  readonly addresses: readonly string[];
  readonly credentials: readonly string[];
  /** Ids. */
  readonly operations: readonly string[];
  /** Numbers of addresses have changed at this time or later. */
  readonly statisticsSince: string | undefined;
  /** Connections, links or events of clients have changed. */
  readonly connections: boolean;
}

export interface ChangeSubscription {
  /** Resolves when something has changed, after `timeoutMs`, or when the signal aborts; several changes of one row are one. */
  next(timeoutMs: number, signal?: AbortSignal): Promise<PendingChanges>;
  /** True once the feed has been closed: nothing more will come. */
  readonly ended: boolean;
  close(): void;
}

/** Fans out the row changes that Postgres announces, over one LISTEN connection for the whole process. */
export interface ChangeFeed {
  /**
   * @param rowId id of the space, of a tenant for its members, or of an inquiry for its answer
   * @throws PostroomError `rate-limited` when the process, or this person, has as many readers as it may
   */
  subscribe(rowId: string, userId: string): ChangeSubscription;
  /** Subscriptions that are open now. */
  readonly readers: number;
  /** Ends all subscriptions, then the connection. */
  close(): Promise<void>;
}

class Reader {
  readonly #pending = { address: new Set<string>(), credential: new Set<string>(), operation: new Set<string>() };
  // Whatever happened before the first look is unknown.
  #resync = true;
  #statisticsSince: string | undefined;
  #connections = false;
  #wake: (() => void) | undefined;

  changed(table: "address" | "credential" | "operation", name: string): void {
    if (!this.#resync) this.#pending[table].add(name);
    if (this.#count > limits.pendingNames) this.missed();
    this.#wake?.();
  }

  /** @param at time of the sampling pass; times in this form sort as text */
  sampled(at: string): void {
    if (!this.#resync && (this.#statisticsSince === undefined || at < this.#statisticsSince)) this.#statisticsSince = at;
    this.#wake?.();
  }

  connectionsChanged(): void {
    this.#connections = true;
    this.#wake?.();
  }

  missed(): void {
    this.#resync = true;
    this.#clear();
    this.#wake?.();
  }

  get #count(): number {
    return Object.values(this.#pending).reduce((sum, names) => sum + names.size, 0);
  }

  get #empty(): boolean {
    return !this.#resync && this.#count === 0 && this.#statisticsSince === undefined && !this.#connections;
  }

  #clear(): void {
    for (const names of Object.values(this.#pending)) names.clear();
    this.#statisticsSince = undefined;
    this.#connections = false;
  }

  async next(timeoutMs: number, signal?: AbortSignal): Promise<PendingChanges> {
    if (this.#empty && !signal?.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", done);
          this.#wake = undefined;
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        signal?.addEventListener("abort", done, { once: true });
        this.#wake = done;
      });
    }
    const { address, credential, operation } = this.#pending;
    const pending = { resync: this.#resync, addresses: [...address], credentials: [...credential], operations: [...operation], statisticsSince: this.#statisticsSince, connections: this.#connections };
    this.#resync = false;
    this.#clear();
    return pending;
  }
}

/** Makes a feed that connects when the first reader comes and stays connected, with back-off, until it is closed. */
export function createChangeFeed({ url, log }: { url: string; log: Log }): ChangeFeed {
  const readers = new Map<string, Set<Reader>>();
  const countOf = new Map<string, number>();
  let count = 0;
  let client: Client | undefined;
  let started = false;
  let closed = false;
  let retryMs: number = limits.firstRetryMs;
  let retryTimer: NodeJS.Timeout | undefined;
  let heartbeat: NodeJS.Timeout | undefined;

  function everybodyMissed(): void {
    for (const set of readers.values()) for (const reader of set) reader.missed();
  }

  function deliver(payload: string | undefined): void {
    const notice = parseNotice(payload);
    if (!notice) return everybodyMissed();
    for (const reader of readers.get(notice.table === "broker_inquiry" ? notice.id : notice.spaceId) ?? []) {
      if (notice.table === "address" || notice.table === "credential") reader.changed(notice.table, notice.name);
      else if (notice.table === "operation") reader.changed(notice.table, notice.id);
      else if (notice.table === "connection") reader.connectionsChanged();
      // Without a time, what can be sampled at all has changed.
      else if (notice.table === "address_statistics" && notice.name !== "") reader.sampled(notice.name);
      else reader.missed();
    }
  }

  async function connect(): Promise<void> {
    const connection = new Client({
      connectionString: url,
      application_name: "postroom-console-changes",
      connectionTimeoutMillis: limits.connectTimeoutMs,
      query_timeout: limits.heartbeatTimeoutMs,
      keepAlive: true,
    });
    client = connection;
    const lost = (error?: Error): void => {
      if (client !== connection) return;
      client = undefined;
      clearInterval(heartbeat);
      void connection.end();
      if (closed) return;
      log.warn({ err: error, retryMs }, "The connection that tells of row changes was lost; screens refetch when it is back.");
      // Half of the pause is random, so that consoles do not come back in step.
      retryTimer = setTimeout(() => void connect(), retryMs / 2 + Math.random() * (retryMs / 2));
      retryMs = Math.min(retryMs * 2, limits.maxRetryMs);
    };
    connection.on("error", lost);
    connection.on("end", () => lost());
    connection.on("notification", (message) => deliver(message.payload));
    try {
      await connection.connect();
      await connection.query(`LISTEN ${changesChannel}`);
    } catch (error) {
      return lost(error instanceof Error ? error : new Error(String(error)));
    }
    if (client !== connection) return;
    retryMs = limits.firstRetryMs;
    heartbeat = setInterval(() => {
      connection.query("SELECT 1").catch((error: unknown) => lost(error instanceof Error ? error : undefined));
    }, limits.heartbeatMs);
    heartbeat.unref();
    everybodyMissed();
  }

  return {
    subscribe(rowId, userId) {
      const own = countOf.get(userId) ?? 0;
      if (own >= limits.subscriptionsPerPerson) {
        throw new PostroomError({
          code: "rate-limited",
          message: `You have ${own} live views open, which is the most for one person. Close some tabs of the console, then reload this page.`,
        });
      }
      if (count >= limits.subscriptions) {
        throw new PostroomError({
          code: "rate-limited",
          message: "This console serves as many live views as it can. The page still works; reload it to see changes, or try again in a minute.",
        });
      }
      if (!started) {
        started = true;
        void connect();
      }
      const reader = new Reader();
      const set = readers.get(rowId) ?? new Set();
      readers.set(rowId, set.add(reader));
      count += 1;
      countOf.set(userId, own + 1);
      return {
        next: (timeoutMs, signal) => reader.next(timeoutMs, signal),
        get ended() {
          return closed;
        },
        close() {
          if (!set.delete(reader)) return;
          count -= 1;
          const others = (countOf.get(userId) ?? 1) - 1;
          if (others > 0) countOf.set(userId, others);
          else countOf.delete(userId);
          if (set.size === 0 && readers.get(rowId) === set) readers.delete(rowId);
        },
      };
    },
    get readers() {
      return count;
    },
    async close() {
      closed = true;
      clearTimeout(retryTimer);
      clearInterval(heartbeat);
      everybodyMissed();
      const connection = client;
      client = undefined;
      await connection?.end();
    },
  };
}

function parseNotice(payload: string | undefined) {
  try {
    return changeNoticeSchema.safeParse(JSON.parse(payload ?? "")).data;
  } catch {
    return undefined;
  }
}
