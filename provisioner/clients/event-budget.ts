import type { Limits } from "../limits.ts";
import type { ClientEventRow } from "./client-rows.ts";

/** Spaces that are kept account of; whoever has not used its share has none to remember. */
const maxAccounts = 10_000;

/**
 * How many events of each tenant are stored: some at once, and so many an hour on. What is more becomes one row that says how many
 * there were.
 */
export class EventBudget {
  readonly #limits: Limits["clients"];
  readonly #accounts = new Map<string, { left: number; atMs: number }>();

  constructor(limits: Limits["clients"]) {
    this.#limits = limits;
  }

  /** @param rows in the order in which they are to be kept */
  take(rows: readonly ClientEventRow[], nowMs: number): ClientEventRow[] {
    const kept: ClientEventRow[] = [];
    const dropped = new Map<string, ClientEventRow>();
    for (const row of rows) {
      const tenant = row.space.slice(0, row.space.indexOf("."));
      const account = this.#account(tenant, nowMs);
      // Its last place is for the word that there were more.
      if (account.left >= 1 || row.kind === "events-dropped") {
        account.left -= 1;
        kept.push(row);
        continue;
      }
      const said = dropped.get(row.space);
      dropped.set(row.space, said === undefined ? droppedRow(row) : { ...said, at: row.at, count: said.count + row.count });
    }
    return [...kept, ...dropped.values()];
  }

  #account(tenant: string, nowMs: number): { left: number; atMs: number } {
    const { eventsAtOnce, eventsPerHour } = this.#limits;
    const known = this.#accounts.get(tenant);
    const left = known === undefined ? eventsAtOnce : Math.min(eventsAtOnce, known.left + (Math.max(0, nowMs - known.atMs) / 3_600_000) * eventsPerHour);
    const account = { left, atMs: nowMs };
    this.#accounts.delete(tenant);
    if (this.#accounts.size >= maxAccounts) this.#accounts.delete(this.#accounts.keys().next().value!);
    this.#accounts.set(tenant, account);
    return account;
  }
}

function droppedRow({ id, space, at, first_at, count, gateway }: ClientEventRow): ClientEventRow {
  return { id, space, kind: "events-dropped", at, first_at, count, gateway, connection_id: "", container: "", login: "", is_person: false, remote_address: "", address_name: "", role: null, condition: "", text: "" };
}
