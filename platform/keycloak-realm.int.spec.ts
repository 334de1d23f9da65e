import { expect, it } from "vitest";
import { loadPlatform, logInPerson, personToken } from "./test-platform.ts";

/** Asks for the login page as the console does, with changes, and follows no redirect. */
async function authorize(changes: Record<string, string | undefined>): Promise<Response> {
  const { keycloak, env } = await loadPlatform();
  const asked = {
    client_id: env.console.KEYCLOAK_CLIENT_ID,
    response_type: "code",
    scope: "openid",
    redirect_uri: `${env.console.CONSOLE_URL}/`,
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    ...changes,
  };
  const query = new URLSearchParams(Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return fetch(`${keycloak.url}/realms/${keycloak.realm}/protocol/openid-connect/auth?${query}`, { redirect: "manual", signal: AbortSignal.timeout(30_000) });
}

it("leads to the login page for the console's own address", async () => {
  expect((await authorize({})).status).toBe(200);
});

it("leads nowhere else after the login, however alike the address looks", async () => {
  const console = (await loadPlatform()).env.console.CONSOLE_URL!;
  for (const address of ["https://attacker.test/", `${console}.attacker.test/`, `${console}@attacker.test/`, `//attacker.test/${console}`, console.replace(/:\d+$/, ":1/"), "javascript:alert(1)"]) {
    const answer = await authorize({ redirect_uri: address });
    expect([answer.status, answer.headers.get("location")], address).toEqual([400, null]);
  }
});

it.each([
  ["no proof of who asks (PKCE)", { code_challenge: undefined, code_challenge_method: undefined }],
  ["a proof that can be read on the way", { code_challenge_method: "plain" }],
  ["a token in the URL", { response_type: "token" }],
])("gives no code for %s", async (_title, changes) => {
  const answer = await authorize(changes);
  const location = new URL(answer.headers.get("location") ?? "about:blank");
  expect(answer.status).not.toBe(200);
  expect(`${location.search}${location.hash}`).toMatch(/error=/);
  expect(`${location.search}${location.hash}`).not.toMatch(/[?&#](code|access_token)=/);
});

it("has people change nothing by a password grant", async () => {
  const { keycloak, env } = await loadPlatform();
  const answer = await fetch(`${keycloak.url}/realms/${keycloak.realm}/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "password", client_id: env.console.KEYCLOAK_CLIENT_ID!, username: "dev@acme.test", password: "postroom" }),
    signal: AbortSignal.timeout(30_000),
  });
  expect(answer.status).toBe(400);
});

async function refresh(refreshToken: string): Promise<{ status: number; refresh_token?: string }> {
  const { keycloak, env } = await loadPlatform();
  const answer = await fetch(`${keycloak.url}/realms/${keycloak.realm}/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "refresh_token", client_id: env.console.KEYCLOAK_CLIENT_ID!, refresh_token: refreshToken }),
    signal: AbortSignal.timeout(30_000),
  });
  return { ...((await answer.json()) as { refresh_token?: string }), status: answer.status };
}

it("takes a refresh token once, and nothing of a login any more whose token was shown again", async () => {
  const { refreshToken } = await logInPerson("viewer@acme.test");
  const second = await refresh(refreshToken);
  const third = await refresh(second.refresh_token!);
  expect([second.status, third.status]).toEqual([200, 200]);
  expect((await refresh(second.refresh_token!)).status).toBe(400);
  expect((await refresh(third.refresh_token!)).status).toBe(400);
});

it("keeps a record of logins, of refused ones too", async () => {
  const { keycloak } = await loadPlatform();
  const email = `nobody-${crypto.randomUUID()}@people.test`;
  await expect(personToken(email, "a wrong password")).rejects.toThrow(/Invalid/);
  await personToken("viewer@acme.test");
  const grant = await fetch(`${keycloak.url}/realms/master/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "password", client_id: "admin-cli", username: keycloak.adminUser, password: keycloak.adminPassword }),
    signal: AbortSignal.timeout(30_000),
  });
  const { access_token: token } = (await grant.json()) as { access_token: string };
  const answer = await fetch(`${keycloak.url}/admin/realms/${keycloak.realm}/events?type=LOGIN&type=LOGIN_ERROR&max=200`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(30_000),
  });
  const events = (await answer.json()) as { type: string; details?: { username?: string } }[];
  expect(events.map(({ type, details }) => `${type} ${details?.username}`)).toEqual(expect.arrayContaining([`LOGIN_ERROR ${email}`, "LOGIN viewer@acme.test"]));
});

it("tells at the UserInfo endpoint which platform roles somebody has now", async () => {
  const { keycloak } = await loadPlatform();
  const answer = await fetch(`${keycloak.url}/realms/${keycloak.realm}/protocol/openid-connect/userinfo`, {
    headers: { authorization: `Bearer ${await personToken("support@postroom.test")}` },
    signal: AbortSignal.timeout(30_000),
  });
  expect(((await answer.json()) as { realm_access: { roles: string[] } }).realm_access.roles).toContain("support");
});
