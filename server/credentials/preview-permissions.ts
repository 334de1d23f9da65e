import type { MessagingPermission, PreviewedPermission } from "#contracts/credentials/credential.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { previewPattern } from "./queries.ts";

/** What permissions would allow as the space is now; addresses that are made later and fit are covered as well. */
export function previewPermissions(ctx: SpaceContext, { permissions }: { permissions: readonly MessagingPermission[] }): Promise<PreviewedPermission[]> {
  return ctx.inTenant(async (client) => {
    const previews: PreviewedPermission[] = [];
    for (const { pattern } of permissions) previews.push(await previewPattern(client, ctx.space.id, pattern));
    return previews;
  });
}
