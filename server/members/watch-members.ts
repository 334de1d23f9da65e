import { isAllowed } from "#contracts/permissions.ts";
import { resolveTenant } from "../tenants/resolve-scope.ts";
import type { TenantContext } from "../trpc/procedures.ts";

/** Whoever loses the right to see members is told so at the next change, and without one within this. */
const accessCheckMs = 5_000;

/**
 * Says that the members should be read again, at first and after each change.
 * @throws an AbortError when the caller may no longer read them, the token ends or the console stops
 */
export async function* watchMembers(ctx: TenantContext, signal: AbortSignal | undefined): AsyncGenerator<{ changed: true }, void> {
  const subscription = ctx.services.changeFeed.subscribe(ctx.tenant.id, ctx.person.userId);
  try {
    for (;;) {
      const remainingMs = ctx.person.expiresAt.getTime() - Date.now();
      if (remainingMs <= 0) throw new DOMException("The access token has ended.", "AbortError");
      const { resync } = await subscription.next(Math.min(accessCheckMs, remainingMs), signal);
      if (signal?.aborted) return;
      if (subscription.ended) throw new DOMException("The console stops.", "AbortError");
      const { tenant, roles } = await resolveTenant(ctx, ctx.tenant.slug);
      if (tenant.id !== ctx.tenant.id || !isAllowed(roles, "member:read")) throw new DOMException("The members can no longer be watched.", "AbortError");
      if (resync) yield { changed: true };
    }
  } finally {
    subscription.close();
  }
}
