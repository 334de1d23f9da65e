import type { CredentialEntry, Permissions, SpaceEntry } from "../directory/directory.ts";

/** Who a connection is, once its login has passed. */
export interface Identity {
  /** Login of the application, or the person behind a ticket. */
  readonly login: string;
  readonly space: SpaceEntry;
  /** The credential behind the login; null for tickets. */
  readonly credential: CredentialEntry | null;
  /** Permissions of a ticket; a credential's are read where it stands, so that changes work at once. */
  readonly ticketPermissions: Permissions;
  /** SHA-256 in base64 of the secret that was shown; null for tokens and tickets. */
  readonly secretHash: string | null;
  /** The login at Keycloak behind a ticket; empty where there is none. */
  readonly loginSession: string;
  /** When the connection must end, in ms since the epoch; null when only its revocation ends it. */
  readonly endsAtMs: number | null;
}

export function permissionsOf(identity: Identity): Permissions {
  return identity.credential?.settings.permissions ?? identity.ticketPermissions;
}

/** Outcome of a login: who it is, or whose fault it was that it failed. `reason` is for the log and holds no secret. */
export type LoginResult =
  | { readonly identity: Identity }
  | { readonly identity: null; readonly isOurFault: boolean; readonly reason: string };

export function refused(reason: string): LoginResult {
  return { identity: null, isOurFault: false, reason };
}

/** The login could not be checked; the client may try again later. */
export function unavailable(reason: string): LoginResult {
  return { identity: null, isOurFault: true, reason };
}
