import { createHash, randomBytes } from "node:crypto";
import { demoPassword } from "#prisma/demo-people.ts";
import type { PlatformFile } from "./platform-file.ts";

const requestMilliseconds = 30_000;

/** What a login gives. */
export interface PersonLogin {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** The access token of {@link logInPerson}. */
export async function personToken(platform: PlatformFile, email: string, password?: string): Promise<string> {
  return (await logInPerson(platform, email, password)).accessToken;
}

/**
 * Logs a person in to the console's client as a browser would: authorization code with PKCE through the login page.
 * @throws Error with the page's own message when Keycloak refuses the login.
 */
export async function logInPerson(platform: PlatformFile, email: string, password: string = demoPassword): Promise<PersonLogin> {
  const protocol = `${platform.keycloak.url}/realms/${platform.keycloak.realm}/protocol/openid-connect`;
  const clientId = platform.env.console.KEYCLOAK_CLIENT_ID!;
  const redirectUri = `${platform.env.console.CONSOLE_URL}/`;
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: "code",
    scope: "openid",
    redirect_uri: redirectUri,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  const page = await request(`${protocol}/auth?${query}`);
  const action = /action="([^"]+)"/.exec(await page.text())?.[1]?.replaceAll("&amp;", "&");
  if (!action) throw new Error(`Keycloak showed no login form (status ${page.status}).`);
  const answer = await request(action, {
    method: "POST",
    headers: { cookie: page.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ") },
    body: new URLSearchParams({ username: email, password }),
  });
  const code = new URL(answer.headers.get("location") ?? redirectUri).searchParams.get("code");
  if (!code) {
    const reason = /id="input-error[^>]*>(?:\s|<[^>]*>)*([^<]*[^<\s])/.exec(await answer.text())?.[1];
    throw new Error(`Keycloak did not log ${email} in: ${reason ?? `status ${answer.status}`}`);
  }
  const token = await request(`${protocol}/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: clientId,
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  });
  const body = (await token.json()) as { access_token?: string; refresh_token?: string; error_description?: string };
  if (!body.access_token || !body.refresh_token) throw new Error(`Keycloak gave ${email} no token: ${body.error_description ?? token.status}`);
  return { accessToken: body.access_token, refreshToken: body.refresh_token };
}

function request(url: string, options: RequestInit = {}): Promise<Response> {
  return fetch(url, { redirect: "manual", signal: AbortSignal.timeout(requestMilliseconds), ...options });
}
