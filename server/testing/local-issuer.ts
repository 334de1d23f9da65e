import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTHeaderParameters } from "jose";

/** A key of the issuer with its public half as Keycloak would publish it. */
export interface IssuerKey {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

/** How the key server behaves. */
export interface KeyServer extends AsyncDisposable {
  readonly url: string;
  readonly issuer: string;
  readonly userInfoUrl: string;
  /** What it says of every login. */
  userInfo: { status: number; body?: object };
  /** Keys it publishes. */
  keys: JWK[];
  /** `down` refuses, `silent` takes requests and never answers. */
  mode: "up" | "down" | "silent";
  /** Requests so far. */
  fetches: number;
  /** Of them, questions about a login. */
  questions: number;
}

export async function makeKey(kid: string, alg = "ES256"): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
}

/**
 * Publishes keys of the test's own over HTTP as Keycloak does, for tokens that a real Keycloak would never sign.
 */
export async function startKeyServer(keys: JWK[]): Promise<KeyServer> {
  const server: Server = createServer((request, response) => {
    state.fetches += 1;
    if (state.mode === "silent") return;
    if (state.mode === "up" && request.url?.endsWith("/userinfo")) {
      state.questions += 1;
      response.writeHead(state.userInfo.status, { "content-type": "application/json" }).end(JSON.stringify(state.userInfo.body ?? {}));
      return;
    }
    if (state.mode === "down" || !request.url?.endsWith("/certs")) {
      response.writeHead(503).end();
      return;
    }
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ keys: state.keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realms/test`;
  const state: KeyServer = {
    issuer,
    url: `${issuer}/certs`,
    userInfoUrl: `${issuer}/userinfo`,
    userInfo: { status: 200 },
    keys,
    mode: "up",
    fetches: 0,
    questions: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return state;
}

/** Claims as in an access token of the console. */
export function accessTokenClaims(issuer: string, nowSeconds = Math.floor(Date.now() / 1000)): Record<string, unknown> {
  return {
    iss: issuer, sub: "0195c000-0000-7000-8000-0000000000aa", azp: "console", aud: ["console", "account"], typ: "Bearer",
    iat: nowSeconds, exp: nowSeconds + 300, jti: "1", email: "a@b.test", name: "A B", realm_access: { roles: ["support", "offline_access"] },
  };
}

export function signToken(key: IssuerKey, claims: Record<string, unknown>, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: key.jwk.alg!, kid: key.jwk.kid, typ: "JWT", ...header }).sign(key.privateKey);
}
