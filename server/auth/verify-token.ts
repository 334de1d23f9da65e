import { errors, jwtVerify } from "jose";
import { z } from "zod";
import { PostroomError } from "#contracts/errors.ts";
import { platformRoles, type PlatformRole } from "#contracts/permissions.ts";
import type { KeySet } from "./key-set.ts";
import type { LoginWatch } from "./login-watch.ts";

/** Clock difference between this machine and Keycloak that is forgiven, for `exp` and `nbf`. */
export const clockToleranceSeconds = 60;

/** Signature algorithms taken; all asymmetric, so that a public key can never serve as a shared secret. */
export const tokenAlgorithms = ["RS256", "ES256", "PS256", "EdDSA"];

const maxTokenCharacters = 12_000;

const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  azp: z.string(),
  iat: z.number(),
  typ: z.literal("Bearer"),
  exp: z.number(),
  auth_time: z.int().positive().optional(),
  sid: z.string().max(255).optional(),
  email: z.string().optional(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  realm_access: z.object({ roles: z.array(z.string()) }).optional(),
});

/** Somebody who has logged in. */
export interface Person {
  /** Subject of the realm; the identity in memberships and the audit trail. */
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly platformRoles: readonly PlatformRole[];
  /** Until when the access token can be used, clock tolerance included. */
  readonly expiresAt: Date;
  /** When the person last typed a password, if Keycloak says so. */
  readonly loggedInAt?: Date;
  /** Keycloak's id of the login, if its token names one. */
  readonly loginSessionId?: string;
  /** Network address that the request came from, if it is known. */
  readonly address?: string;
  /**
   * Asks again, at little cost, for what goes on after its request; `atOnce` for a confirmation of this second.
   * @throws PostroomError `unauthenticated` once Keycloak has ended the login
   */
  readonly confirmLogin: (options?: { readonly atOnce: boolean }) => Promise<void>;
}

export interface TokenRules {
  /** `<keycloak>/realms/<realm>`, compared exactly. */
  readonly issuer: string;
  /** The only client whose access tokens are taken (`azp`), which must also be among those that they are for (`aud`). */
  readonly clientId: string;
  readonly keys: KeySet;
  readonly logins: LoginWatch;
  /** Milliseconds since the epoch; the machine's clock unless a test moves it. */
  readonly now?: () => number;
}

/**
 * Verifies the `Authorization` header locally and says who is calling.
 * @throws PostroomError `unauthenticated` with one text for every forgery, others for an expired token and an ended login; `unavailable`
 *   when no key is held, or when the clocks differ so much that tokens would be good for longer than they say
 */
export async function verifyAuthorization(header: string | null, rules: TokenRules): Promise<Person> {
  const token = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(header ?? "")?.[1];
  if (!token || token.length > maxTokenCharacters) throw notLoggedIn();
  const nowMs = (rules.now ?? Date.now)();
  let payload: unknown;
  try {
    ({ payload } = await jwtVerify(token, rules.keys.find, {
      currentDate: new Date(nowMs),
      issuer: rules.issuer,
      audience: rules.clientId,
      algorithms: tokenAlgorithms,
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ["exp", "iat", "sub", "azp"],
    }));
  } catch (error) {
    if (error instanceof PostroomError) throw error;
    if (error instanceof errors.JWTExpired) {
      throw new PostroomError({ code: "unauthenticated", message: "Your login has expired. Log in again to go on." }, { cause: error });
    }
    throw notLoggedIn(error);
  }
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) throw notLoggedIn(claims.error);
  const { data } = claims;
  if (data.azp !== rules.clientId) throw notLoggedIn(new Error(`The token was issued to client ${data.azp}.`));
  if (data.iat * 1000 > nowMs + clockToleranceSeconds * 1000) throw clockIsBehind();
  const email = data.email ?? data.preferred_username ?? data.sub;
  const roles = platformRoles.filter((role) => data.realm_access?.roles.includes(role));
  const confirmLogin: Person["confirmLogin"] = (options) => rules.logins.confirm({ token, issuedAtMs: data.iat * 1000, expiresAtMs: data.exp * 1000, roles }, options);
  await confirmLogin();
  return {
    userId: data.sub,
    email,
    name: data.name ?? email,
    platformRoles: roles,
    expiresAt: new Date((data.exp + clockToleranceSeconds) * 1000),
    loggedInAt: data.auth_time === undefined ? undefined : new Date(data.auth_time * 1000),
    loginSessionId: data.sid,
    confirmLogin,
  };
}

/** Logging in again would not help, so this is no `unauthenticated`. */
function clockIsBehind(): PostroomError {
  return new PostroomError({
    code: "unavailable",
    message: `The clock of this console is more than ${clockToleranceSeconds} s behind that of the login service, so logins cannot be checked. Tell who runs this installation: both clocks have to be set.`,
  });
}

function notLoggedIn(cause?: unknown): PostroomError {
  return new PostroomError({ code: "unauthenticated", message: "You are not logged in. Log in to go on." }, { cause });
}
