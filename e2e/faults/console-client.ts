import type { PlatformFile } from "#platform/platform-file.ts";
import { personToken } from "#platform/person-token.ts";

const requestMs = 10_000;
const shortestTokenSeconds = 1;

/** A public client of the realm for a console of a test's own, as `platform/keycloak-realm.ts` makes `console`. */
export interface ConsoleClient extends AsyncDisposable {
  /** A token of this person, issued now, that expires a second later. */
  shortLivedToken(email: string): Promise<string>;
}

/**
 * Registers the client that the platform file's console uses.
 * @throws Error with Keycloak's answer when it refuses
 */
export async function registerConsoleClient(platform: PlatformFile): Promise<ConsoleClient> {
  const { url, realm } = platform.keycloak;
  const { CONSOLE_URL: consoleUrl, KEYCLOAK_CLIENT_ID: clientId } = platform.env.console;
  const call = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const answer = await fetch(`${url}/admin/realms/${realm}/clients${path}`, {
      method,
      headers: { authorization: `Bearer ${await adminToken(platform)}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(requestMs),
    });
    if (!answer.ok) throw new Error(`Keycloak refused ${method} ${path} with ${answer.status}: ${await answer.text()}`);
    return answer;
  };
  const client = (tokenSeconds?: number) => ({
    clientId,
    publicClient: true,
    standardFlowEnabled: true,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    rootUrl: consoleUrl,
    redirectUris: [`${consoleUrl}/*`],
    webOrigins: [consoleUrl],
    protocolMappers: [
      {
        name: "audience",
        protocol: "openid-connect",
        protocolMapper: "oidc-audience-mapper",
        config: { "included.client.audience": clientId, "access.token.claim": "true", "id.token.claim": "false" },
      },
    ],
    attributes: { "pkce.code.challenge.method": "S256", "access.token.lifespan": tokenSeconds === undefined ? "" : String(tokenSeconds) },
  });
  const made = await call("POST", "", client());
  const id = made.headers.get("location")?.split("/").pop();
  return {
    shortLivedToken: async (email) => {
      await call("PUT", `/${id}`, { id, ...client(shortestTokenSeconds) });
      try {
        return await personToken(platform, email);
      } finally {
        await call("PUT", `/${id}`, { id, ...client() });
      }
    },
    [Symbol.asyncDispose]: async () => void (await call("DELETE", `/${id}`)),
  };
}

async function adminToken({ keycloak }: PlatformFile): Promise<string> {
  const answer = await fetch(`${keycloak.url}/realms/master/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "password", client_id: "admin-cli", username: keycloak.adminUser, password: keycloak.adminPassword }),
    signal: AbortSignal.timeout(requestMs),
  });
  if (!answer.ok) throw new Error(`Keycloak did not accept the local administrator: ${answer.status}.`);
  return ((await answer.json()) as { access_token: string }).access_token;
}
