import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLog } from "../log.ts";
import { accessTokenClaims, makeKey, signToken, startKeyServer, type IssuerKey, type KeyServer } from "../testing/local-issuer.ts";
import { createKeySet, type KeySet } from "./key-set.ts";
import { LoginWatch } from "./login-watch.ts";
import { verifyAuthorization } from "./verify-token.ts";

let server: KeyServer;
let first: IssuerKey;
let second: IssuerKey;
let clockMs: number;
let keys: KeySet;

beforeEach(async () => {
  [first, second] = await Promise.all([makeKey("first"), makeKey("second")]);
  server = await startKeyServer([first.jwk]);
  clockMs = 1_000_000;
  keys = createKeySet({ url: server.url, log: createLog("silent"), now: () => clockMs });
});
afterEach(() => server[Symbol.asyncDispose]());

async function login(key: IssuerKey): Promise<string> {
  const token = await signToken(key, accessTokenClaims(server.issuer));
  return verifyAuthorization(`Bearer ${token}`, { issuer: server.issuer, clientId: "console", keys, logins: new LoginWatch({ url: server.userInfoUrl, log: createLog("silent") }) }).then(
    () => "accepted",
    (error: { code: string }) => error.code,
  );
}

describe("the key set", () => {
  it("fetches once for many logins at once", async () => {
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => login(first))))).toEqual(new Set(["accepted"]));
    expect(server.fetches).toBe(1);
  });

  it("takes a new key as soon as it is used, keeps the passive one, and drops it once it is disabled", async () => {
    expect(await login(first)).toBe("accepted");
    server.keys = [second.jwk, first.jwk];
    clockMs += 31_000;
    expect([await login(second), await login(first)]).toEqual(["accepted", "accepted"]);
    server.keys = [second.jwk];
    clockMs += 5 * 60_000 + 1;
    await login(second);
    await expect.poll(() => login(first)).toBe("unauthenticated");
    expect(await login(second)).toBe("accepted");
  });

  it("asks Keycloak at most once in 30 s, however many unknown keys are shown", async () => {
    expect(await login(first)).toBe("accepted");
    clockMs += 31_000;
    for (let round = 0; round < 300; round += 1) expect(await login(second)).toBe("unauthenticated");
    expect(server.fetches).toBe(2);
    clockMs += 31_000;
    await Promise.all(Array.from({ length: 50 }, () => login(second)));
    expect(server.fetches).toBe(3);
  });

  it("goes on with the keys it holds while Keycloak is down, and not for ever", async () => {
    expect(await login(first)).toBe("accepted");
    server.mode = "down";
    for (let minute = 0; minute < 55; minute += 5) {
      clockMs += 5 * 60_000;
      expect(await login(first)).toBe("accepted");
    }
    await expect.poll(async () => (await keys.check()).reason).toBe("Keycloak does not answer; the keys held still serve.");
    clockMs += 20 * 60_000;
    expect(await login(first)).toBe("unavailable");
  });

  it("fails closed on a cold start without Keycloak, and recovers by itself", async () => {
    server.mode = "down";
    expect(await login(first)).toBe("unavailable");
    expect(await keys.check()).toMatchObject({ ok: false });
    const fetchesWhileDown = server.fetches;
    expect(await login(first)).toBe("unavailable");
    expect(server.fetches, "not asked again within a second").toBe(fetchesWhileDown);
    server.mode = "up";
    clockMs += 1_001;
    expect(await login(first)).toBe("accepted");
    expect(await keys.check()).toEqual({ ok: true });
  });

  it("gives up on a Keycloak that takes the request and never answers, and asks it once for all who wait", async () => {
    let asked = 0;
    const countingFetch: typeof fetch = (url, init) => {
      asked += 1;
      return fetch(url, init);
    };
    keys = createKeySet({ url: server.url, log: createLog("silent"), fetch: countingFetch, now: () => clockMs, fetchTimeoutMs: 20 });
    server.mode = "silent";
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => login(first))))).toEqual(new Set(["unavailable"]));
    expect(asked).toBe(1);
    server.mode = "up";
    expect(await login(first)).toBe("unavailable");
    expect(asked).toBe(1);
  });

  it("takes nothing but a list of keys", async () => {
    server.keys = "none" as never;
    expect(await login(first)).toBe("unavailable");
    server.keys = Array.from({ length: 1000 }, () => first.jwk);
    clockMs += 1_001;
    expect(await login(first)).toBe("unavailable");
  });
});
