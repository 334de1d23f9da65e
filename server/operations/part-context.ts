import type { TenantContext, SpaceContext } from "../trpc/procedures.ts";

/** What a part of an operation knows: in which space, and whose wish it is. The permission was checked when it was asked for. */
export interface PartContext {
  readonly tenant: Pick<TenantContext["tenant"], "id">;
  readonly space: Pick<SpaceContext["space"], "id" | "slug" | "name">;
  readonly person: Pick<SpaceContext["person"], "userId" | "email" | "address">;
}
