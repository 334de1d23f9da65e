import { isAllowed, tenantRoles } from "#contracts/permissions.ts";
import { ticketLoginSeconds } from "#contracts/test-client/ticket.ts";
import type { Database } from "../database.ts";
import type { PeopleDriver } from "../drivers/people-driver.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import type { GatewayFleet } from "../gateways/gateway-fleet.ts";
import { RepeatedPass } from "../repeated-pass.ts";
import { openWorkWindow, type WorkWindow } from "../work-window.ts";

export interface TestSessionWatchOptions {
  readonly database: Database;
  readonly people: Pick<PeopleDriver, "loginSessionsOf">;
  readonly gateways: Pick<GatewayFleet, "closeConnections">;
  readonly limits: Limits["testSessions"];
  readonly log: Log;
}

interface ClaimedSession {
  readonly tenantId: string;
  readonly tenantSlug: string;
  readonly userId: string;
  readonly loginSessionId: string;
  readonly email: string;
  readonly isOver: boolean;
  /** Of an active member. */
  readonly role: string | null;
}

/**
 * Ends open test sessions of whoever was disabled, signed out or deleted in Keycloak itself, or may not test any more. The rest of
 * what a person can do asks Keycloak by itself; a connection to a gateway does not. Each login is looked at by one provisioner, again
 * and again until it has ended: a ticket of before, or a pass that was cut off, is made good by the next. While Keycloak does not
 * answer nothing is ended.
 */
export class TestSessionWatch {
  readonly #options: TestSessionWatchOptions;
  readonly #pass: RepeatedPass<number>;

  constructor(options: TestSessionWatchOptions) {
    this.#options = options;
    const { limits, log } = options;
    this.#pass = new RepeatedPass({ intervalMs: limits.intervalMs, work: (signal) => this.#checkAll(signal), failure: "open test sessions could not be looked at; tried again soon", log });
  }

  start(): void {
    this.#pass.start();
  }

  /** Looks at every login that is due. @returns how many of them have been ended */
  check(): Promise<number> {
    return this.#pass.run();
  }

  close(): Promise<void> {
    return this.#pass.close();
  }

  async #checkAll(signal: AbortSignal): Promise<number> {
    const { limits } = this.#options;
    const window = openWorkWindow(limits.passMs, signal);
    let ended = 0;
    for (let isMore = true; isMore && !window.signal.aborted; ) {
      const claimed = await this.#claim();
      isMore = claimed.length === limits.batchRows;
      const byPerson = Map.groupBy(claimed, ({ userId }) => userId);
      for (const count of await Promise.all([...byPerson].map(([userId, sessions]) => this.#checkPerson(userId, sessions, window)))) ended += count;
    }
    return ended;
  }

  /** Never rejects: what failed is due again soon. */
  async #checkPerson(userId: string, sessions: readonly ClaimedSession[], window: WorkWindow): Promise<number> {
    const { people, log } = this.#options;
    let ended = 0;
    try {
      const open = sessions.filter(({ isOver }) => !isOver);
      const logins = open.length === 0 ? [] : await people.loginSessionsOf(userId, window);
      for (const session of open) {
        const reason = reasonToEnd(session, logins);
        if (reason === undefined) continue;
        const { tenantSlug, email: login, loginSessionId } = session;
        // Another browser of the same person goes on with its own login; who may not test any more loses all.
        await this.#options.gateways.closeConnections({ tenantSlug, login, loginSession: reason === loginEnded ? loginSessionId : "" }, reason, window);
        log.info({ tenant: session.tenantSlug, person: userId, reason }, "test sessions ended");
        ended++;
      }
      await this.#forget(sessions.filter((session) => session.isOver || reasonToEnd(session, logins) !== undefined));
    } catch (error) {
      log.warn({ person: userId, error: (error as Error).message }, "a person's test sessions could not be looked at; tried again soon");
    }
    return ended;
  }

  async #claim(): Promise<ClaimedSession[]> {
    const { database, limits } = this.#options;
    const { rows } = await database.query<ClaimedSession>(
      `WITH due AS (
         SELECT tenant_id, user_id, login_session_id FROM test_session WHERE checked_at <= now() - $1 * interval '1 millisecond'
         ORDER BY checked_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       UPDATE test_session s SET checked_at = now() FROM due, tenant t
       WHERE (s.tenant_id, s.user_id, s.login_session_id) = (due.tenant_id, due.user_id, due.login_session_id) AND t.id = s.tenant_id
       RETURNING s.tenant_id AS "tenantId", t.slug AS "tenantSlug", s.user_id AS "userId", s.login_session_id AS "loginSessionId", s.email,
         s.ends_at < now() - $3 * interval '1 second' AS "isOver",
         (SELECT m.role FROM membership m WHERE m.tenant_id = s.tenant_id AND m.user_id = s.user_id AND m.state = 'active') AS role`,
      [limits.dueMs, limits.batchRows, ticketLoginSeconds],
    );
    return rows;
  }

  /** A login that a ticket may still be out for is kept, and looked at again. */
  async #forget(sessions: readonly ClaimedSession[]): Promise<void> {
    if (sessions.length === 0) return;
    await this.#options.database.query(
      `DELETE FROM test_session s USING unnest($1::uuid[], $2::text[], $3::text[]) AS e (tenant_id, user_id, login_session_id)
       WHERE (s.tenant_id, s.user_id, s.login_session_id) = (e.tenant_id, e.user_id, e.login_session_id) AND s.opened_at < now() - $4 * interval '2 seconds'`,
      [sessions.map(({ tenantId }) => tenantId), sessions.map(({ userId }) => userId), sessions.map(({ loginSessionId }) => loginSessionId), ticketLoginSeconds],
    );
  }
}

const loginEnded = "Your login has ended. Log in again to go on.";

/** @param logins ids of the person's logins at Keycloak */
function reasonToEnd({ role, loginSessionId }: ClaimedSession, logins: readonly string[]): string | undefined {
  const isMember = tenantRoles.some((each) => each === role && isAllowed([each], "message:test"));
  if (!isMember) return "Your access to this tenant has ended.";
  const holds = loginSessionId === "" ? logins.length > 0 : logins.includes(loginSessionId);
  return holds ? undefined : loginEnded;
}
