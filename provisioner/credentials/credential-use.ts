import type { GatewayCredentialUse } from "#contracts/gateway-management.ts";
import type { Database } from "../database.ts";
import type { GatewayFleet } from "../gateways/gateway-fleet.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { RepeatedPass } from "../repeated-pass.ts";
import { openWorkWindow } from "../work-window.ts";

/**
 * Notes how many connections each credential has and when it was last used, as the gateways say. What they list is what is in use,
 * so a round costs nothing for credentials at rest, and a row is written at most once in `writeMs`, however many provisioners look.
 */
export class CredentialUse {
  readonly #database: Database;
  readonly #gateways: Pick<GatewayFleet, "credentialUse">;
  readonly #limits: Limits["credentialUse"];
  readonly #pass: RepeatedPass<number>;

  constructor(database: Database, gateways: Pick<GatewayFleet, "credentialUse">, limits: Limits["credentialUse"], log: Log) {
    this.#database = database;
    this.#gateways = gateways;
    this.#limits = limits;
    this.#pass = new RepeatedPass({ intervalMs: limits.intervalMs, work: (signal) => this.#noteAll(signal), failure: "use of credentials could not be noted; tried again soon", log });
  }

  start(): void {
    this.#pass.start();
  }

  /** One round. @returns rows written */
  note(): Promise<number> {
    return this.#pass.run();
  }

  close(): Promise<void> {
    return this.#pass.close();
  }

  async #noteAll(signal: AbortSignal): Promise<number> {
    const use = await this.#gateways.credentialUse(openWorkWindow(this.#limits.stepMs, signal));
    if (use === undefined) return 0;
    const sums = sumByLogin(use);
    const { rowCount } = await this.#database.query(
      `WITH used AS (SELECT * FROM unnest($1::text[], $2::int[], $3::float8[]) AS u (login, connections, last_used_ms)),
       changed AS (
         SELECT c.id, coalesce(u.connections, 0) AS connections, greatest(c.last_used_at, to_timestamp(u.last_used_ms / 1000)) AS last_used_at
         FROM credential c LEFT JOIN used u ON u.login = c.login
         WHERE (u.login IS NOT NULL OR c.connections > 0) AND (c.use_noted_at IS NULL OR c.use_noted_at <= now() - $4 * interval '1 millisecond'))
       UPDATE credential c SET connections = changed.connections, last_used_at = changed.last_used_at, use_noted_at = now()
       FROM changed WHERE c.id = changed.id AND (c.connections, c.last_used_at) IS DISTINCT FROM (changed.connections, changed.last_used_at)`,
      [[...sums.keys()], [...sums.values()].map(({ connections }) => connections), [...sums.values()].map(({ lastUsedMs }) => lastUsedMs), this.#limits.writeMs],
    );
    return rowCount ?? 0;
  }
}

function sumByLogin(use: readonly GatewayCredentialUse[]): Map<string, GatewayCredentialUse> {
  const sums = new Map<string, GatewayCredentialUse>();
  for (const each of use) {
    const known = sums.get(each.name);
    sums.set(each.name, known ? { ...each, connections: known.connections + each.connections, lastUsedMs: Math.max(known.lastUsedMs, each.lastUsedMs) } : each);
  }
  return sums;
}
