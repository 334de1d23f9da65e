import type { Database } from "../database.ts";
import type { DesiredAddress, DesiredCredential, DesiredSpace, Noun } from "../reconcile/claimed-rows.ts";
import { selectOf, toAddress, toCredential, toSpace } from "../reconcile/queries.ts";

/** Rows that parts should have now: set up or being set up, and not on their way out. Pages are in the order of ids. */
export interface DesiredRowPages {
  spaces(): AsyncGenerator<DesiredSpace[]>;
  addresses(): AsyncGenerator<DesiredAddress[]>;
  credentials(): AsyncGenerator<DesiredCredential[]>;
}

// Configuring rows count: somebody may be telling a gateway about them right now. A stored address that has no broker yet
// has not been told to anybody.
const conditions: Record<Noun, string> = {
  address_space: "r.phase IN ('Configuring', 'Active')",
  address: "r.phase IN ('Configuring', 'Active') AND (r.broker IS NOT NULL OR r.type IN ('anycast', 'multicast')) AND s.observed_generation > 0",
  credential: "r.phase IN ('Configuring', 'Active') AND s.observed_generation > 0",
};

/** @param pageRows rows held in memory at a time */
export function desiredRowPages(database: Database, pageRows: number): DesiredRowPages {
  async function* pages<T>(noun: Noun, read: (row: Record<string, unknown>) => T): AsyncGenerator<T[]> {
    const { columns, from, join } = selectOf(noun);
    let after = "00000000-0000-0000-0000-000000000000";
    for (;;) {
      const { rows } = await database.query<Record<string, unknown>>(
        `SELECT ${columns} FROM ${from} WHERE ${join} AND ${conditions[noun]} AND r.id > $1 ORDER BY r.id LIMIT $2`,
        [after, pageRows],
      );
      if (rows.length > 0) yield rows.map(read);
      if (rows.length < pageRows) return;
      after = rows.at(-1)?.id as string;
    }
  }
  return {
    spaces: () => pages("address_space", toSpace),
    addresses: () => pages("address", toAddress),
    credentials: () => pages("credential", toCredential),
  };
}
