import { PostroomError } from "#contracts/errors.ts";
import { platformRoles, type PlatformRole } from "#contracts/permissions.ts";
import type { Database } from "../database.ts";
import type { KnownPerson, PeopleDriver } from "../drivers/people-driver.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { RepeatedPass } from "../repeated-pass.ts";
import { openWorkWindow, type WorkWindow } from "../work-window.ts";
import { outcomeOfError } from "./work-outcome.ts";

export interface PlatformRolesOptions {
  readonly database: Database;
  readonly people: Pick<PeopleDriver, "findPerson" | "holdersOf" | "setPlatformRoles">;
  readonly limits: Pick<Limits, "platformRoles" | "reconcile">;
  readonly log: Log;
}

interface Wish {
  readonly email: string;
  readonly wanted: PlatformRole[];
  readonly attempts: number;
}

/**
 * Gives people in Keycloak the roles across tenants that the console asked for, and tells the console who holds them, whoever gave
 * them. Every write names the wish that it fulfils, so that a newer one is never lost and several provisioners do no harm.
 */
export class PlatformRoles {
  readonly #options: PlatformRolesOptions;
  readonly #pass: RepeatedPass<void>;
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: PlatformRolesOptions) {
    this.#options = options;
    const { limits, log } = options;
    this.#pass = new RepeatedPass({ intervalMs: limits.platformRoles.intervalMs, work: (signal) => this.#run(signal), failure: "roles across tenants could not be matched; tried again soon", log });
  }

  start(): void {
    this.#pass.start({ atOnce: true });
  }

  /** Fulfils what is due and reads who holds a role, if that was long ago. */
  run(): Promise<void> {
    return this.#pass.run();
  }

  close(): Promise<void> {
    return this.#pass.close();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { database, limits } = this.#options;
    const window = openWorkWindow(limits.platformRoles.passMs, signal);
    const { rows } = await database.query<Wish>(
      "SELECT email, wanted_roles AS wanted, attempts FROM platform_person WHERE phase = 'Pending' AND next_attempt_at <= now() ORDER BY next_attempt_at LIMIT $1",
      [limits.platformRoles.batchRows],
    );
    for (const wish of rows) await this.#fulfil(wish, window);
    if (performance.now() - this.#readAtMs < limits.platformRoles.readMs) return;
    await this.#read(window);
    this.#readAtMs = performance.now();
  }

  async #fulfil(wish: Wish, window: WorkWindow): Promise<void> {
    const { people, log } = this.#options;
    try {
      const person = await people.findPerson(wish.email, window);
      if (!person && wish.wanted.length > 0) {
        throw new PostroomError({ code: "not-found", message: `There is no account for ${wish.email}. Add the person to a tenant, or have an account made in Keycloak, and give the role then.` });
      }
      if (person) await people.setPlatformRoles(person.userId, wish.wanted, window);
      await this.#end(wish, { phase: "Active", person });
    } catch (error) {
      const outcome = outcomeOfError(wish.attempts, error, this.#options.limits.reconcile);
      log[outcome.phase === "Pending" ? "debug" : "warn"]({ person: wish.email, error: (error as Error).message }, "roles across tenants could not be given");
      if (outcome.phase === "Failed") await this.#end(wish, outcome);
      else await this.#wait(wish, outcome);
    }
  }

  /** Writes the end of a wish with its entry of the audit trail, unless there is a newer one. */
  async #end({ email, wanted }: Wish, { phase, reason = null, person }: { phase: "Active" | "Failed"; reason?: string | null; person?: KnownPerson | undefined }): Promise<void> {
    await this.#options.database.query(
      `WITH ended AS (
         UPDATE platform_person SET phase = $3, reason = $4,
           roles = CASE WHEN $3 = 'Active' THEN $2::text[] ELSE roles END, wanted_roles = CASE WHEN $3 = 'Active' THEN NULL ELSE wanted_roles END,
           user_id = coalesce($5, user_id), name = coalesce($6, name)
         WHERE email = $1 AND phase = 'Pending' AND wanted_roles = $2::text[] RETURNING email)
       INSERT INTO audit_entry (id, actor_id, actor_email, source, action, object_type, object_name, outcome, after)
       SELECT uuidv7(), '', 'postroom', 'provisioner', 'platform-role:update', 'platform-role', email, $7,
         jsonb_strip_nulls(jsonb_build_object('roles', to_jsonb($2::text[]), 'reason', $4::text)) FROM ended`,
      [email, wanted, phase, reason, person?.userId ?? null, person?.name ?? null, phase === "Active" ? "done" : "failed"],
    );
    await this.#forgetNobodies();
  }

  async #wait({ email, wanted }: Wish, { reason, attempts, delayMs }: { reason: string; attempts: number; delayMs: number }): Promise<void> {
    await this.#options.database.query(
      `UPDATE platform_person SET reason = $3, attempts = $4, next_attempt_at = now() + $5 * interval '1 millisecond'
       WHERE email = $1 AND phase = 'Pending' AND wanted_roles = $2::text[]`,
      [email, wanted, reason, attempts, delayMs],
    );
  }

  /** What Keycloak says of who holds what; wishes stay. */
  async #read(window: WorkWindow): Promise<void> {
    const { database, people, limits } = this.#options;
    const found = new Map<string, KnownPerson & { roles: PlatformRole[] }>();
    for (const role of platformRoles) {
      for (const person of await people.holdersOf(role, limits.platformRoles.holders, window)) {
        const known = found.get(person.email) ?? { ...person, roles: [] };
        known.roles.push(role);
        found.set(person.email, known);
      }
    }
    const holders = [...found.values()].map(({ roles, ...person }) => ({ ...person, roles: roles.toSorted() }));
    await database.query(
      `WITH told AS (SELECT email, "userId", name, ARRAY(SELECT jsonb_array_elements_text(roles)) AS roles FROM jsonb_to_recordset($1) AS told(email text, "userId" text, name text, roles jsonb)),
       gone AS (UPDATE platform_person p SET roles = '{}' WHERE roles <> '{}' AND NOT EXISTS (SELECT 1 FROM told WHERE told.email = p.email))
       INSERT INTO platform_person AS p (email, user_id, name, roles) SELECT email, "userId", name, roles FROM told
       ON CONFLICT (email) DO UPDATE SET user_id = excluded.user_id, name = excluded.name, roles = excluded.roles
         WHERE (p.user_id, p.name, p.roles) IS DISTINCT FROM (excluded.user_id, excluded.name, excluded.roles)`,
      [JSON.stringify(holders)],
    );
    await this.#forgetNobodies();
  }

  /** Of whoever neither holds a role nor is to hold one no row is kept. */
  async #forgetNobodies(): Promise<void> {
    await this.#options.database.query("DELETE FROM platform_person WHERE phase = 'Active' AND roles = '{}'");
  }
}
