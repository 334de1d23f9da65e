import { idempotencyKeySchema } from "#contracts/idempotency-key.ts";
import {
  createdTenantSchema,
  createTenantSchema,
  deleteTenantSchema,
  listedTenantsSchema,
  listTenantsSchema,
  managedTenantRefSchema,
  managedTenantSchema,
  suspendTenantSchema,
  tenantLossSchema,
  updateTenantSchema,
} from "#contracts/tenants/manage-tenants.ts";
import { platformProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { createTenant, deleteTenant, getTenantLoss, listTenants, restoreTenant, resumeTenant, suspendTenant, updateTenant } from "./manage-tenants.ts";

export const tenantsRouter = router({
  list: platformProcedure("platform-tenant:read")
    .input(listTenantsSchema)
    .output(listedTenantsSchema)
    .query(({ ctx, input }) => listTenants(ctx, input)),
  getLoss: platformProcedure("platform-tenant:delete")
    .input(managedTenantRefSchema)
    .output(tenantLossSchema)
    .query(({ ctx, input }) => getTenantLoss(ctx, input)),
  create: platformProcedure("platform-tenant:create")
    .input(createTenantSchema)
    .input(idempotencyKeySchema)
    .output(createdTenantSchema)
    .mutation(({ ctx, input: { idempotencyKey, ...fields } }) => createTenant(ctx, fields, idempotencyKey)),
  update: platformProcedure("platform-tenant:update")
    .input(updateTenantSchema)
    .output(managedTenantSchema)
    .mutation(({ ctx, input }) => updateTenant(ctx, input)),
  suspend: platformProcedure("platform-tenant:update")
    .input(suspendTenantSchema)
    .output(managedTenantSchema)
    .mutation(({ ctx, input }) => suspendTenant(ctx, input)),
  resume: platformProcedure("platform-tenant:update")
    .input(managedTenantRefSchema)
    .output(managedTenantSchema)
    .mutation(({ ctx, input }) => resumeTenant(ctx, input)),
  delete: platformProcedure("platform-tenant:delete")
    .input(deleteTenantSchema)
    .output(managedTenantSchema)
    .mutation(({ ctx, input }) => deleteTenant(ctx, input)),
  restore: platformProcedure("platform-tenant:delete")
    .input(managedTenantRefSchema)
    .output(managedTenantSchema)
    .mutation(({ ctx, input }) => restoreTenant(ctx, input)),
});
