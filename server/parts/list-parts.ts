import type { DriftReport } from "#contracts/parts/drift-report.ts";
import type { PlatformContext } from "../trpc/procedures.ts";
import { listDriftReports } from "./queries.ts";

/** Brokers and gateways, each with what differed there from what it should have. */
export function listParts(ctx: PlatformContext): Promise<DriftReport[]> {
  return ctx.inPlatform((client) => listDriftReports(client));
}
