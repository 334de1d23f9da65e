import { loadPlatform } from "#platform/test-platform.ts";

/** A real, valid token of the realm that was issued to another client. */
export async function provisionerToken(): Promise<string> {
  const { keycloak, env } = await loadPlatform();
  const response = await fetch(`${keycloak.url}/realms/${keycloak.realm}/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", client_id: "provisioner", client_secret: env.provisioner.KEYCLOAK_CLIENT_SECRET! }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}
