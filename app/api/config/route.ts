import type { PublicConfig } from "#contracts/public-config.ts";
import { env } from "#server/env.ts";

export const dynamic = "force-dynamic";

export function GET(): Response {
  const { KEYCLOAK_URL, KEYCLOAK_REALM, KEYCLOAK_CLIENT_ID, CONSOLE_URL } = env();
  const config: PublicConfig = { keycloakUrl: KEYCLOAK_URL, realm: KEYCLOAK_REALM, clientId: KEYCLOAK_CLIENT_ID, consoleUrl: CONSOLE_URL };
  return Response.json(config, { headers: { "cache-control": "no-store" } });
}
