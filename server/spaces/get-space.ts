import type { Phase } from "#contracts/phases.ts";
import type { Space } from "#contracts/spaces/space.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { measuredMeters, requireSpaceAccount } from "./space-account.ts";

/** The space with its quota meters and the endpoints that its clients connect to. */
export async function getSpace(ctx: SpaceContext): Promise<Space> {
  const account = await ctx.inTenant((client) => requireSpaceAccount(client, ctx));
  const { env } = ctx.services;
  return {
    slug: ctx.space.slug,
    name: ctx.space.name,
    planName: account.planName,
    phase: account.phase as Phase,
    quota: measuredMeters(account.quota, account.use),
    endpoints: {
      amqp: env.AMQP_PUBLIC_URL,
      amqps: env.AMQPS_PUBLIC_URL,
      webSocket: env.WEBSOCKET_PUBLIC_URL,
      secureWebSocket: env.SECURE_WEBSOCKET_PUBLIC_URL,
    },
  };
}
