import { Pool } from "pg";
import type { Limits } from "./limits.ts";

/** The provisioner's connections to Postgres, with the role `postroom_provisioner`. Used by queries files only. */
export type Database = Pool;

/**
 * Opens the pool; connections are made when needed and made again when they break.
 * @param onError called when an idle connection breaks, so that it is logged and does not end the process
 */
export function openDatabase(url: string, limits: Limits["database"], onError: (error: Error) => void): Database {
  const pool = new Pool({
    connectionString: url,
    max: limits.maxConnections,
    connectionTimeoutMillis: limits.connectMs,
    statement_timeout: limits.statementMs,
    query_timeout: limits.statementMs + limits.connectMs,
    idle_in_transaction_session_timeout: limits.statementMs,
    application_name: "postroom-provisioner",
    keepAlive: true,
  });
  pool.on("error", onError);
  return pool;
}
