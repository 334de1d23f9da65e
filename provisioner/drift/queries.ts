import type { Database } from "../database.ts";
import type { DesiredAddress } from "../reconcile/claimed-rows.ts";
import { selectOf, toAddress } from "../reconcile/queries.ts";

/** An address placed on a broker, whatever its phase. */
export interface PlacedAddress extends DesiredAddress {
  /** Confirmed and not about to change: it must be on the broker. */
  readonly isSettled: boolean;
}

/** All addresses placed on a broker, page by page. */
export async function* placedAddresses(database: Database, broker: string, pageRows: number): AsyncGenerator<PlacedAddress[]> {
  const { columns, from, join } = selectOf("address");
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const { rows } = await database.query<Record<string, unknown>>(
      `SELECT ${columns}, r.phase = 'Active' AND r.observed_generation = r.generation AS is_settled
       FROM ${from} WHERE ${join} AND r.broker = $1 AND r.id > $2 ORDER BY r.id LIMIT $3`,
      [broker, after, pageRows],
    );
    if (rows.length > 0) yield rows.map((row) => ({ ...toAddress(row), isSettled: row.is_settled as boolean }));
    if (rows.length < pageRows) return;
    after = rows.at(-1)?.id as string;
  }
}

/**
 * Hands settled addresses back to the reconciler, since a broker does not have them as it should. Rows that changed since
 * they were read are left alone.
 * @returns how many
 */
export async function unsettleAddresses(database: Database, rows: readonly PlacedAddress[], reason: string): Promise<number> {
  if (rows.length === 0) return 0;
  const { rowCount } = await database.query(
    `UPDATE address r SET phase = 'Configuring', reason = $3, attempts = 0, next_attempt_at = now()
     FROM unnest($1::uuid[], $2::int[]) AS lost (id, generation)
     WHERE r.id = lost.id AND r.generation = lost.generation AND r.phase = 'Active'`,
    [rows.map(({ id }) => id), rows.map(({ generation }) => generation), reason],
  );
  return rowCount ?? 0;
}

/** Notes what a comparison of a broker or gateway found, beside what was repaired there before. @param part `broker:<name>` or `gateway:<name>` */
export async function noteDrift(database: Database, part: string, found: { repaired: number; unknown?: number; unknownWithMessages?: number }): Promise<void> {
  await database.query(
    `INSERT INTO drift_report AS d (part, compared_at, repaired, last_repaired_at, unknown, unknown_with_messages)
     VALUES ($1, now(), $2::bigint, CASE WHEN $2::bigint > 0 THEN now() END, $3, $4)
     ON CONFLICT (part) DO UPDATE SET compared_at = now(), repaired = d.repaired + $2::bigint, unknown = $3, unknown_with_messages = $4,
       last_repaired_at = CASE WHEN $2::bigint > 0 THEN now() ELSE d.last_repaired_at END`,
    [part, found.repaired, found.unknown ?? 0, found.unknownWithMessages ?? 0],
  );
}
