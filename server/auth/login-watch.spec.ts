import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLog } from "../log.ts";
import { startKeyServer, type KeyServer } from "../testing/local-issuer.ts";
import { LoginWatch, loginWatchLimits, type VerifiedToken } from "./login-watch.ts";

const { freshMs, waitAfterMs, waitAtOnceAfterMs, retryMs, logins } = loginWatchLimits;
const issuedAtMs = 1_000_000;

let server: KeyServer;
let clockMs: number;
let watch: LoginWatch;

beforeEach(async () => {
  server = await startKeyServer([]);
  clockMs = issuedAtMs;
  watch = new LoginWatch({ url: server.userInfoUrl, log: createLog("silent"), now: () => clockMs });
});
afterEach(() => server[Symbol.asyncDispose]());

const verified = (changes: Partial<VerifiedToken> = {}): VerifiedToken => ({ token: "head.body.signature", issuedAtMs, expiresAtMs: issuedAtMs + 300_000, roles: [], ...changes });
const outcome = (changes?: Partial<VerifiedToken>, options?: { atOnce: boolean }): Promise<string> =>
  watch.confirm(verified(changes), options).then(
    () => "holds",
    (error: { code: string }) => error.code,
  );

const answers = () => Promise.all(Array.from({ length: 6 }, () => outcome({}, { atOnce: true })));

describe("the watch over logins", () => {
  it("asks nothing while Keycloak's last word is fresh", async () => {
    for (const ageMs of [0, 0, freshMs - 1]) {
      clockMs = issuedAtMs + ageMs;
      expect(await outcome()).toBe("holds");
    }
    expect(server.questions).toBe(0);
  });

  it("asks beside the call at first, and refuses the next one when the login was ended", async () => {
    server.userInfo = { status: 401 };
    clockMs += freshMs;
    expect(await outcome()).toBe("holds");
    await expect.poll(() => outcome()).toBe("unauthenticated");
    expect(server.questions).toBe(1);
  });

  it("waits for the answer when the last word is old, with one question for many calls", async () => {
    server.userInfo = { status: 401 };
    clockMs += waitAfterMs;
    expect(new Set(await Promise.all(Array.from({ length: 100 }, () => outcome())))).toEqual(new Set(["unauthenticated"]));
    expect(server.questions).toBe(1);
  });

  it("asks at once before what goes on without further calls, once for many of the same second, and again in the next", async () => {
    clockMs += waitAtOnceAfterMs;
    expect(new Set(await answers())).toEqual(new Set(["holds"]));
    expect(new Set(await answers())).toEqual(new Set(["holds"]));
    expect(server.questions).toBe(1);
    server.userInfo = { status: 401 };
    clockMs += waitAtOnceAfterMs;
    expect(new Set(await answers())).toEqual(new Set(["unauthenticated"]));
    expect(server.questions).toBe(2);
  });

  it("counts from each confirmation", async () => {
    for (let round = 0; round < 3; round += 1) {
      clockMs += waitAfterMs;
      expect(await outcome()).toBe("holds");
      expect(await outcome()).toBe("holds");
    }
    expect(server.questions).toBe(3);
  });

  it("refuses a token that names a role which was taken away, and no other", async () => {
    server.userInfo = { status: 200, body: { realm_access: { roles: ["support"] } } };
    clockMs += waitAfterMs;
    expect(await outcome({ token: "a.b.admin", roles: ["platform-admin"] })).toBe("unauthenticated");
    expect(await outcome({ token: "a.b.support", roles: ["support"] })).toBe("holds");
    expect(await outcome({ token: "a.b.nobody" })).toBe("holds");
  });

  it("takes a realm's answer without roles as no word about them", async () => {
    clockMs += waitAfterMs;
    expect(await outcome({ roles: ["support"] })).toBe("holds");
  });

  it.each([["away", "down"], ["silent", "silent"]] as const)("lets calls go on while Keycloak is %s, and rarely asks it", async (_word, mode) => {
    server.mode = mode;
    clockMs += waitAfterMs;
    for (let call = 0; call < 20; call += 1) expect(await outcome()).toBe("holds");
    const asked = server.fetches;
    expect(asked).toBe(1);
    clockMs += retryMs;
    expect(await outcome()).toBe("holds");
    expect(server.fetches).toBe(2);
  });

  it("shows Keycloak no token that is about to end", async () => {
    server.userInfo = { status: 401 };
    clockMs = issuedAtMs + 300_000 - 1;
    expect(await outcome()).toBe("holds");
    expect(server.questions).toBe(0);
  });

  it("forgets the login that was unused for longest, and then asks about it again", async () => {
    server.userInfo = { status: 401 };
    clockMs += waitAfterMs;
    expect(await outcome()).toBe("unauthenticated");
    for (let other = 0; other < logins; other += 1) await watch.confirm(verified({ token: `a.b.${other}`, issuedAtMs: clockMs }));
    expect(await outcome()).toBe("unauthenticated");
    expect(server.questions).toBe(2);
  });
});
