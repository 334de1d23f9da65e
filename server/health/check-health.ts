import type { Health } from "#contracts/health.ts";
import type { Services } from "../services.ts";

/** Answers this old are given again, so that a public address costs the database one question a second. */
const reuseMs = 1_000;

const recent = new WeakMap<Services, { at: number; health: Promise<Health> }>();

/** Whether this console can serve people now: its database answers, and logins can be checked. Never throws. */
export function checkHealth(services: Services): Promise<Health> {
  const last = recent.get(services);
  if (last && Date.now() - last.at < reuseMs) return last.health;
  const health = check(services);
  recent.set(services, { at: Date.now(), health });
  return health;
}

async function check(services: Services): Promise<Health> {
  const [database, login] = await Promise.all([
    services.database.ping().then(
      () => ({ ok: true }),
      (error: unknown) => {
        services.log.warn({ err: error }, "The database does not answer the health check.");
        return { ok: false, reason: "The console's database does not answer." };
      },
    ),
    services.keys.check(),
  ]);
  const parts = { database, login };
  return { live: true, ready: Object.values(parts).every((part) => part.ok), parts };
}
