import { env } from "#server/env.ts";
import { publicConfig } from "#server/http/public-config.ts";

export const dynamic = "force-dynamic";

export function GET(): Response {
  return Response.json(publicConfig(env()), { headers: { "cache-control": "no-store" } });
}
