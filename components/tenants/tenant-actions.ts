import type { ManagedTenant } from "#contracts/tenants/manage-tenants.ts";

/** What is done to a tenant after one question. */
export type TenantAction = "suspend" | "resume" | "delete" | "restore";

/** A tenant, and what somebody wants to do to it. */
export interface AskedTenant {
  readonly tenant: ManagedTenant;
  readonly action: TenantAction | "update";
}
