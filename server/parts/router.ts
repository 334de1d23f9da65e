import { z } from "zod";
import { driftReportSchema } from "#contracts/parts/drift-report.ts";
import { platformProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { listParts } from "./list-parts.ts";

export const partsRouter = router({
  list: platformProcedure("platform-part:read").output(z.array(driftReportSchema)).query(({ ctx }) => listParts(ctx)),
});
