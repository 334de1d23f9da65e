import { z } from "zod";
import { getAddressSchema } from "../addresses/address.ts";
import { messagingPermissionSchema } from "../credentials/credential.ts";

export const openTestSessionSchema = getAddressSchema;

/** Answer of `testClient.open`: the ticket is shown to the gateway with SASL XOAUTH2, user = `login`, once. */
export const testSessionSchema = z.object({
  webSocketUrl: z.string(),
  login: z.string(),
  ticket: z.string(),
  /** Until when the ticket can be used to log in. */
  loginBefore: z.iso.datetime(),
  /** When the gateway ends the session. */
  sessionEndsAt: z.iso.datetime(),
});
export type TestSession = z.infer<typeof testSessionSchema>;

export const ticketIssuer = "postroom-console";
export const ticketAudience = "postroom-gateway";
export const ticketAlgorithm = "EdDSA";
/** Short, so that whoever is out does not come in with one of before (provisioner/people/test-session-watch.ts). */
export const ticketLoginSeconds = 30;
export const ticketSessionSeconds = 30 * 60;

/**
 * Claims of a ticket, a JWT signed with Ed25519 by the console (RFC 7519, RFC 8037). `exp` bounds the login,
 * `session_ends_at` (seconds since the epoch) the connection; `jti` makes it single-use; `space` is `<tenant>.<space>`; `login_session`
 * names the login at Keycloak whose end ends the connection, empty when the login has no name.
 */
export const ticketClaimsSchema = z.object({
  iss: z.literal(ticketIssuer),
  aud: z.literal(ticketAudience),
  sub: z.string(),
  jti: z.uuid(),
  exp: z.int(),
  iat: z.int(),
  space: z.string(),
  session_ends_at: z.int(),
  login_session: z.string().max(100).default(""),
  permissions: z.array(messagingPermissionSchema).min(1).max(20),
});
export type TicketClaims = z.infer<typeof ticketClaimsSchema>;
