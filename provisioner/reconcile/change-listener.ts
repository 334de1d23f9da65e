import { Client } from "pg";
import { changeNoticeSchema, changesChannel, type ChangeNotice } from "#contracts/changes.ts";
import { backOffMs } from "../back-off.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";

export interface ChangeListenerOptions {
  readonly databaseUrl: string;
  readonly limits: Limits["database"];
  readonly log: Log;
  readonly onChange: (notice: ChangeNotice) => void;
  /** Called after each (re)connect, since announcements may have been missed before. */
  readonly onListening: () => void;
}

/**
 * Hears the announcements of row changes on a connection of its own, and connects again when it breaks. Announcements only
 * nudge: one that is lost or malformed costs at most one poll interval.
 */
export class ChangeListener {
  readonly #options: ChangeListenerOptions;
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;

  constructor(options: ChangeListenerOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#connect();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const { databaseUrl, limits, onChange, onListening } = this.#options;
    const client = new Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: limits.connectMs,
      query_timeout: limits.connectMs,
      application_name: "postroom-provisioner-listener",
      keepAlive: true,
    });
    this.#client = client;
    let isLost = false;
    const lost = (error?: Error) => {
      if (isLost) return;
      isLost = true;
      endQuietly(client);
      if (this.#closed) return;
      this.#failures++;
      this.#options.log.warn({ error: error?.message }, "announcements of changes cannot be heard; polling meanwhile");
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#connect(), backOffMs(this.#failures, limits.listenReconnect));
    };
    client.on("error", lost);
    client.on("end", () => lost());
    client.on("notification", ({ payload }) => {
      const notice = parseNotice(payload);
      if (notice) onChange(notice);
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${changesChannel}`);
      this.#failures = 0;
      onListening();
      this.#checkLater(client, lost);
    } catch (error) {
      lost(error as Error);
    }
  }

  #checkLater(client: Client, lost: (error: Error) => void): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      client.query("SELECT 1").then(
        () => this.#checkLater(client, lost),
        (error: Error) => lost(error),
      );
    }, this.#options.limits.listenCheckMs);
  }
}

function endQuietly(client: Client): void {
  client.end().catch(() => undefined);
}

function parseNotice(payload: string | undefined): ChangeNotice | undefined {
  try {
    return changeNoticeSchema.parse(JSON.parse(payload ?? ""));
  } catch {
    return undefined;
  }
}
