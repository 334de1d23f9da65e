import type { PublicConfig } from "#contracts/public-config.ts";
import type { Env } from "../env.ts";

/** What the browser must know before anybody has logged in. */
export function publicConfig({ KEYCLOAK_URL, KEYCLOAK_REALM, KEYCLOAK_CLIENT_ID, CONSOLE_URL }: Env): PublicConfig {
  return { keycloakUrl: KEYCLOAK_URL, realm: KEYCLOAK_REALM, clientId: KEYCLOAK_CLIENT_ID, consoleUrl: CONSOLE_URL };
}
