import type { DriftReport } from "#contracts/parts/drift-report.ts";
import type { PlatformClient } from "../db/database.ts";

/** Most brokers and gateways of an installation, and so of a list. */
const maxParts = 1_000;

/** What was found last at each broker and gateway, by kind and name. */
export async function listDriftReports(client: PlatformClient): Promise<DriftReport[]> {
  const rows = await client.driftReport.findMany({ orderBy: { part: "asc" }, take: maxParts });
  return rows.map(({ part, comparedAt, repaired, lastRepairedAt, ...row }) => ({
    ...row,
    kind: part.startsWith("broker:") ? "broker" : "gateway",
    name: part.slice(part.indexOf(":") + 1),
    comparedAt: comparedAt.toISOString(),
    repaired: Number(repaired),
    lastRepairedAt: lastRepairedAt?.toISOString() ?? null,
  }));
}
