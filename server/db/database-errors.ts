import { Prisma } from "#prisma/generated/client.ts";

/** Postgres conditions that say "not now" rather than "wrong": connection failures, shutdown, too many connections, time-outs. */
const unavailableStates = /^(08...|53...|57P0[1-5]|57014|25P03|25P04|55P03|28P01|28000|3D000)$/;

/** Prisma's codes for a database that cannot be reached or is too busy to begin. */
const unavailablePrismaCodes = new Set(["P1000", "P1001", "P1002", "P1003", "P1008", "P1011", "P1017", "P2024", "P2028", "P2037"]);

const networkCodes = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** True when the failure says that Postgres cannot serve at the moment, and not that the request is at fault. */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (const link of chainOf(error)) {
    if (link instanceof Prisma.PrismaClientInitializationError) return true;
    const code = textOf(link, "code");
    if (code && (unavailablePrismaCodes.has(code) || networkCodes.has(code))) return true;
    const state = textOf(link, "originalCode") ?? code;
    if (state && unavailableStates.test(state)) return true;
    const kind = textOf(link, "kind");
    if (kind === "DatabaseNotReachable" || kind === "ConnectionClosed" || kind === "SocketTimeout" || kind === "TooManyConnections") return true;
    if (link instanceof Error && /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)/.test(link.message)) return true;
  }
  return false;
}

/** True after a deadlock or serialization failure: the same transaction may succeed when run again. */
export function isRetryableConflict(error: unknown): boolean {
  return chainOf(error).some((link) => {
    const code = textOf(link, "code");
    const state = textOf(link, "originalCode") ?? code;
    return code === "P2034" || state === "40001" || state === "40P01" || textOf(link, "kind") === "TransactionWriteConflict";
  });
}

/** True when a unique index refused the row. */
export function isUniqueViolation(error: unknown): boolean {
  return chainOf(error).some((link) => textOf(link, "code") === "P2002" || textOf(link, "kind") === "UniqueConstraintViolation");
}

/** An error, its causes and the driver's error that Prisma keeps in `meta`, at most ten. */
function chainOf(error: unknown): object[] {
  const chain: object[] = [];
  const waiting: unknown[] = [error];
  while (waiting.length > 0 && chain.length < 10) {
    const link = waiting.shift();
    if (typeof link !== "object" || link === null || chain.includes(link)) continue;
    chain.push(link);
    if ("cause" in link) waiting.push(link.cause);
    if ("meta" in link && typeof link.meta === "object" && link.meta !== null && "driverAdapterError" in link.meta) {
      waiting.push(link.meta.driverAdapterError);
    }
    if (link instanceof AggregateError) waiting.push(...link.errors);
  }
  return chain;
}

function textOf(link: object, name: string): string | undefined {
  const value: unknown = (link as Record<string, unknown>)[name];
  return typeof value === "string" ? value : undefined;
}
