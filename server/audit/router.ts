import { auditPageSchema, searchAuditSchema, searchPlatformAuditSchema } from "#contracts/audit/audit.ts";
import { platformProcedure, tenantProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { searchAudit, searchPlatformAudit } from "./search-audit.ts";

export const auditRouter = router({
  search: tenantProcedure("audit:read")
    .input(searchAuditSchema)
    .output(auditPageSchema)
    .query(({ ctx, input }) => searchAudit(ctx, input)),
  searchAll: platformProcedure("platform-audit:read")
    .input(searchPlatformAuditSchema)
    .output(auditPageSchema)
    .query(({ ctx, input }) => searchPlatformAudit(ctx, input)),
});
