import { createHmac } from "node:crypto";
import { exportSPKI } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostroomError } from "#contracts/errors.ts";
import { createLog } from "../log.ts";
import { accessTokenClaims, makeKey, signToken, startKeyServer, type IssuerKey, type KeyServer } from "../testing/local-issuer.ts";
import { createKeySet } from "./key-set.ts";
import { LoginWatch } from "./login-watch.ts";
import { verifyAuthorization, type TokenRules } from "./verify-token.ts";

let server: KeyServer;
let key: IssuerKey;
let rsa: IssuerKey;
let foreign: IssuerKey;
let rules: TokenRules;
const requested: string[] = [];
const watchedFetch: typeof fetch = (url, init) => {
  requested.push(String(url));
  return fetch(url, init);
};

beforeAll(async () => {
  [key, rsa, foreign] = await Promise.all([makeKey("k1"), makeKey("k2", "RS256"), makeKey("k1")]);
  server = await startKeyServer([key.jwk, rsa.jwk]);
  const keys = createKeySet({ url: server.url, log: createLog("silent"), fetch: watchedFetch });
  rules = { issuer: server.issuer, clientId: "console", keys, logins: new LoginWatch({ url: server.userInfoUrl, log: createLog("silent") }) };
});
afterAll(() => server?.[Symbol.asyncDispose]());

const claims = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({ ...accessTokenClaims(server.issuer), ...changes });
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

async function outcome(header: string | null, by: TokenRules = rules): Promise<string> {
  try {
    await verifyAuthorization(header, by);
    return "accepted";
  } catch (error) {
    if (error instanceof PostroomError) return error.code;
    throw error;
  }
}

const issuedAt = 1_900_000_000;
const clockAt = (seconds: number): TokenRules => ({ ...rules, now: () => seconds * 1000 });

describe("an access token of the console", () => {
  it("is accepted under each algorithm of the list and says who is calling", async () => {
    for (const signer of [key, rsa]) {
      const person = await verifyAuthorization(`Bearer ${await signToken(signer, claims())}`, rules);
      expect(person).toMatchObject({ userId: "0195c000-0000-7000-8000-0000000000aa", email: "a@b.test", name: "A B", platformRoles: ["support"] });
    }
  });

  it.each([
    ["exp", -61, "unauthenticated"],
    ["exp", -60, "unauthenticated"],
    ["exp", -59, "accepted"],
    ["exp", 59, "accepted"],
    ["exp", 61, "accepted"],
    ["nbf", -61, "accepted"],
    ["nbf", -59, "accepted"],
    ["nbf", 59, "accepted"],
    ["nbf", 60, "accepted"],
    ["nbf", 61, "unauthenticated"],
  ])("with %s %i s from now is %s: 60 s are forgiven", async (claim, seconds, expected) => {
    const token = await signToken(key, { ...accessTokenClaims(server.issuer, issuedAt), [claim]: issuedAt + seconds });
    expect(await outcome(`Bearer ${token}`, clockAt(issuedAt))).toBe(expected);
  });

  it.each([
    ["6 min ahead", 360, { code: "unauthenticated", message: "Your login has expired. Log in again to go on." }],
    ["a minute ahead", 60, undefined],
    ["a minute behind", -60, undefined],
    ["5 min behind", -300, { code: "unavailable", message: expect.stringContaining("clock of this console is more than 60 s behind") }],
  ])("is taken or refused in plain words when this machine's clock is %s", async (_word, seconds, refusal) => {
    const token = await signToken(key, accessTokenClaims(server.issuer, issuedAt));
    const verifying = verifyAuthorization(`Bearer ${token}`, clockAt(issuedAt + seconds));
    if (refusal) await expect(verifying).rejects.toMatchObject(refusal);
    else await expect(verifying).resolves.toMatchObject({ email: "a@b.test", expiresAt: new Date((issuedAt + 360) * 1000) });
  });

  it("says when it has expired, so that the person knows to log in again", async () => {
    const token = await signToken(key, claims({ exp: Math.floor(Date.now() / 1000) - 120 }));
    await expect(verifyAuthorization(`Bearer ${token}`, rules)).rejects.toThrow("Your login has expired. Log in again to go on.");
  });
});

describe("a forgery", () => {
  const forgeries: Record<string, () => Promise<string | null> | string | null> = {
    "no header": () => null,
    "an empty header": () => "",
    "another scheme": async () => `Basic ${await signToken(key, claims())}`,
    "garbage": () => "Bearer garbage",
    "two dots only": () => "Bearer ..",
    "text of 20,000 characters": () => `Bearer ${"a".repeat(20_000)}`,
    "alg none without signature": () => `Bearer ${base64({ alg: "none", typ: "JWT" })}.${base64(claims())}.`,
    "alg none with a signature": async () => `Bearer ${base64({ alg: "none" })}.${base64(claims())}.${(await signToken(key, claims())).split(".")[2]}`,
    "alg None in another case": () => `Bearer ${base64({ alg: "NoNe", kid: "k1" })}.${base64(claims())}.`,
    "HS256 with the public key as secret": async () => {
      const body = `${base64({ alg: "HS256", kid: "k2", typ: "JWT" })}.${base64(claims())}`;
      return `Bearer ${body}.${createHmac("sha256", await exportSPKI(rsa.publicKey)).update(body).digest("base64url")}`;
    },
    "an ES256 signature of zeros": async () => {
      const [head, body] = (await signToken(key, claims())).split(".");
      return `Bearer ${head}.${body}.${Buffer.alloc(64).toString("base64url")}`;
    },
    "another's key under a known kid": async () => `Bearer ${await signToken(foreign, claims())}`,
    "claims changed after signing": async () => {
      const [head, , signature] = (await signToken(key, claims())).split(".");
      return `Bearer ${head}.${base64(claims({ sub: "somebody-else" }))}.${signature}`;
    },
    "an unknown kid": async () => `Bearer ${await signToken(foreign, claims(), { kid: "k9" })}`,
    "a kid with a path": async () => `Bearer ${await signToken(foreign, claims(), { kid: "../../../../etc/passwd" })}`,
    "a kid with SQL": async () => `Bearer ${await signToken(foreign, claims(), { kid: "k1' OR '1'='1" })}`,
    "a key in its own header": async () => `Bearer ${await signToken(foreign, claims(), { jwk: foreign.jwk, kid: "k9" })}`,
    "a jku to its own keys": async () => `Bearer ${await signToken(foreign, claims(), { jku: "http://attacker.test/certs", kid: "k9" })}`,
    "an x5u to its own certificate": async () => `Bearer ${await signToken(foreign, claims(), { x5u: "http://attacker.test/cert", kid: "k9" })}`,
    "an unknown critical header": async () => `Bearer ${base64({ alg: "ES256", kid: "k1", crit: ["b64"], b64: true })}.${(await signToken(key, claims())).split(".").slice(1).join(".")}`,
    "another realm's issuer": async () => `Bearer ${await signToken(key, claims({ iss: server.issuer.replace("/test", "/master") }))}`,
    "no issuer": async () => `Bearer ${await signToken(key, claims({ iss: undefined }))}`,
    "an issuer with a slash more": async () => `Bearer ${await signToken(key, claims({ iss: `${server.issuer}/` }))}`,
    "another client": async () => `Bearer ${await signToken(key, claims({ azp: "acme.default.billing" }))}`,
    "no client, console as audience": async () => `Bearer ${await signToken(key, claims({ azp: undefined }))}`,
    "no audience": async () => `Bearer ${await signToken(key, claims({ aud: undefined }))}`,
    "another audience": async () => `Bearer ${await signToken(key, claims({ aud: "account" }))}`,
    "other audiences": async () => `Bearer ${await signToken(key, claims({ aud: ["account", "console-admin"] }))}`,
    "an ID token": async () => `Bearer ${await signToken(key, claims({ typ: "ID" }))}`,
    "a refresh token": async () => `Bearer ${await signToken(key, claims({ typ: "Refresh" }))}`,
    "an offline token": async () => `Bearer ${await signToken(key, claims({ typ: "Offline" }))}`,
    "no type": async () => `Bearer ${await signToken(key, claims({ typ: undefined }))}`,
    "no expiry": async () => `Bearer ${await signToken(key, claims({ exp: undefined }))}`,
    "an expiry as text": async () => `Bearer ${base64({ alg: "ES256", kid: "k1" })}.${base64(claims({ exp: "later" }))}.AA`,
    "no subject": async () => `Bearer ${await signToken(key, claims({ sub: undefined }))}`,
    "an empty subject": async () => `Bearer ${await signToken(key, claims({ sub: "" }))}`,
    "roles as text": async () => `Bearer ${await signToken(key, claims({ realm_access: "platform-admin" }))}`,
  };

  it.each(Object.entries(forgeries))("is refused: %s", async (_name, forge) => {
    expect(await outcome(await forge())).toBe("unauthenticated");
  });

  it("makes no request but for the realm's own keys", () => {
    expect(new Set(requested)).toEqual(new Set([server.url]));
  });
});
