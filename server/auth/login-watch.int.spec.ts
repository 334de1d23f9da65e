import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PlatformFile } from "#platform/platform-file.ts";
import { loadPlatform, personToken } from "#platform/test-platform.ts";
import { createLog } from "../log.ts";
import { provisionerToken } from "../testing/provisioner-token.ts";
import { createKeySet } from "./key-set.ts";
import { LoginWatch, loginWatchLimits } from "./login-watch.ts";
import { verifyAuthorization } from "./verify-token.ts";

let platform: PlatformFile;
let authorization: string;
const made: string[] = [];

const admin = (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${platform.keycloak.url}/admin/realms/${platform.keycloak.realm}${path}`, {
    method,
    headers: { authorization, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });

beforeAll(async () => {
  platform = await loadPlatform();
  authorization = `Bearer ${await provisionerToken()}`;
});
afterAll(async () => {
  for (const id of made) await admin("DELETE", `/users/${id}`);
});

/** Somebody with a login of now, and their calls as the console's clock goes. */
async function somebody() {
  const email = `watched-${randomUUID()}@people.test`;
  const password = randomUUID();
  const answer = await admin("POST", "/users", {
    username: email, email, emailVerified: true, firstName: "Nina", lastName: "New", enabled: true, credentials: [{ type: "password", value: password, temporary: false }],
  });
  const id = answer.headers.get("location")!.split("/").at(-1)!;
  made.push(id);
  const token = await personToken(email, password);
  const issuer = `${platform.keycloak.url}/realms/${platform.keycloak.realm}`;
  const log = createLog("silent");
  let laterMs = 0;
  const rules = {
    issuer,
    clientId: platform.env.console.KEYCLOAK_CLIENT_ID!,
    keys: createKeySet({ url: `${issuer}/protocol/openid-connect/certs`, log }),
    logins: new LoginWatch({ url: `${issuer}/protocol/openid-connect/userinfo`, log, now: () => Date.now() + laterMs }),
  };
  const verify = () => verifyAuthorization(`Bearer ${token}`, rules);
  return {
    id,
    /** Begins what goes on without further calls, seconds later. */
    beginLater: () => {
      laterMs += loginWatchLimits.waitAtOnceAfterMs;
      return verify().then(({ confirmLogin }) => confirmLogin({ atOnce: true })).then(
        () => true,
        (error: { code: string }) => error.code,
      );
    },
    callLater: () => {
      laterMs += loginWatchLimits.waitAfterMs;
      return verify().then(
        (person) => person.email === email,
        (error: { code: string }) => error.code,
      );
    },
  };
}

it.each([
  ["disabled", (id: string) => admin("PUT", `/users/${id}`, { enabled: false })],
  ["signed out", (id: string) => admin("POST", `/users/${id}/logout`)],
  ["deleted", (id: string) => admin("DELETE", `/users/${id}`)],
])("refuses within a minute whoever was %s in Keycloak itself, and at once what would go on by itself", async (_word, end) => {
  const [calling, beginning] = await Promise.all([somebody(), somebody()]);
  expect([await calling.callLater(), await beginning.beginLater()]).toEqual([true, true]);
  for (const { id } of [calling, beginning]) expect((await end(id)).status).toBeLessThan(300);
  expect([await calling.callLater(), await beginning.beginLater()]).toEqual(["unauthenticated", "unauthenticated"]);
});
