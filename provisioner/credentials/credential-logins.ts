import type { Database } from "../database.ts";
import type { IdentityDriver } from "../drivers/identity-driver.ts";
import type { GatewayFleet } from "../gateways/gateway-fleet.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { RepeatedPass } from "../repeated-pass.ts";
import { openWorkWindow, type WorkWindow } from "../work-window.ts";

export interface CredentialLoginsOptions {
  readonly database: Database;
  readonly identity: Pick<IdentityDriver, "isLoginEnabled">;
  readonly gateways: Pick<GatewayFleet, "loginsInUse" | "closeConnections">;
  readonly limits: Limits["credentialLogins"];
  readonly log: Log;
}

interface ClaimedLogin {
  readonly id: string;
  readonly login: string;
  readonly tenantSlug: string;
}

const reason = "The login of this credential was disabled or deleted in Keycloak.";

/**
 * Ends the connections of applications whose client was disabled or deleted in Keycloak itself. A token ends by its own time; a
 * connection that logged in with the secret would stay. Each credential in use is looked at by one provisioner, again and again; what
 * comes back while gateways still remember its secret is ended at the next pass. While Keycloak does not answer nothing is ended.
 */
export class CredentialLogins {
  readonly #options: CredentialLoginsOptions;
  readonly #pass: RepeatedPass<number>;

  constructor(options: CredentialLoginsOptions) {
    this.#options = options;
    const { limits, log } = options;
    this.#pass = new RepeatedPass({ intervalMs: limits.intervalMs, work: (signal) => this.#checkAll(signal), failure: "logins of credentials could not be looked at; tried again soon", log });
  }

  start(): void {
    this.#pass.start();
  }

  /** Looks at every login in use that is due. @returns how many of them were ended */
  check(): Promise<number> {
    return this.#pass.run();
  }

  close(): Promise<void> {
    return this.#pass.close();
  }

  async #checkAll(signal: AbortSignal): Promise<number> {
    const { gateways, limits } = this.#options;
    const window = openWorkWindow(limits.passMs, signal);
    const inUse = await gateways.loginsInUse(window);
    // Those that do not hold, and those of which it is not known: due again at once.
    const unsettled: string[] = [];
    let ended = 0;
    for (let isMore = inUse.length > 0; isMore && !window.signal.aborted; ) {
      const claimed = await this.#claim(inUse);
      isMore = claimed.length === limits.batchRows;
      for (const [index, outcome] of (await Promise.all(claimed.map((login) => this.#checkLogin(login, window)))).entries()) {
        if (outcome !== "holds") unsettled.push(claimed[index]!.id);
        if (outcome === "ended") ended++;
      }
    }
    if (unsettled.length > 0) await this.#options.database.query("UPDATE credential SET login_checked_at = NULL WHERE id = ANY($1::uuid[])", [unsettled]);
    return ended;
  }

  /** Never rejects: what failed is due again at once. */
  async #checkLogin({ login, tenantSlug }: ClaimedLogin, window: WorkWindow): Promise<"holds" | "ended" | "unknown"> {
    const { identity, gateways, log } = this.#options;
    try {
      if (await identity.isLoginEnabled(login, window)) return "holds";
      await gateways.closeConnections({ tenantSlug, login }, reason, window);
      log.info({ tenant: tenantSlug, login }, "connections ended of a login that no longer holds in Keycloak");
      return "ended";
    } catch (error) {
      log.warn({ login, error: (error as Error).message }, "a credential's login could not be looked at; tried again soon");
      return "unknown";
    }
  }

  /** Not while it is being made, rotated or removed: Keycloak is told of that first. */
  async #claim(inUse: readonly string[]): Promise<ClaimedLogin[]> {
    const { database, limits } = this.#options;
    const { rows } = await database.query<ClaimedLogin>(
      `WITH due AS (
         SELECT id FROM credential
         WHERE login = ANY($1::text[]) AND phase = 'Active' AND (login_checked_at IS NULL OR login_checked_at <= now() - $2 * interval '1 millisecond')
         ORDER BY login_checked_at NULLS FIRST LIMIT $3 FOR UPDATE SKIP LOCKED)
       UPDATE credential c SET login_checked_at = now() FROM due, tenant t WHERE c.id = due.id AND t.id = c.tenant_id
       RETURNING c.id, c.login, t.slug AS "tenantSlug"`,
      [inUse, limits.dueMs, limits.batchRows],
    );
    return rows;
  }
}
