import type { RequiredAction } from "#contracts/members/member.ts";
import type { PlatformRole } from "#contracts/permissions.ts";
import type { WorkWindow } from "../work-window.ts";

export interface NewPerson {
  readonly email: string;
  readonly name: string;
  /** To be changed at the first login. */
  readonly oneTimePassword: string;
}

export interface MadePerson {
  readonly userId: string;
  readonly isNew: boolean;
  readonly createdAt: Date;
}

export interface KnownPerson {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
}

/**
 * Accounts of people at the identity provider. Each operation is idempotent and throws PostroomError: `unavailable` or
 * `time-out` when it did not (verifiably) happen, `not-found` or `invalid-input` when it was refused.
 */
export interface PeopleDriver {
  /** The account is there when this resolves: made with the password, or one that was there before and was left as it is. */
  createPerson(person: NewPerson, window: WorkWindow): Promise<MadePerson>;
  /** Sets a password that has to be changed at the next login. */
  setOneTimePassword(userId: string, password: string, window: WorkWindow): Promise<void>;
  /** Takes away whatever the person proves a login with besides the password. */
  removeSecondFactors(userId: string, window: WorkWindow): Promise<void>;
  /** Wants a step at the next login, besides those that are wanted already. */
  requireAction(userId: string, action: RequiredAction, window: WorkWindow): Promise<void>;
  /** Ends all sessions of the person; refresh tokens stop working. */
  signOut(userId: string, window: WorkWindow): Promise<void>;
  /** @returns false when there is no such account */
  setEnabled(userId: string, isEnabled: boolean, window: WorkWindow): Promise<boolean>;
  /** Ids of the person's logins that hold; none when the account is disabled or gone. */
  loginSessionsOf(userId: string, window: WorkWindow): Promise<string[]>;
  /** The account with this e-mail address. */
  findPerson(email: string, window: WorkWindow): Promise<KnownPerson | undefined>;
  /** Everybody who holds the role across tenants by itself, `most` at most. */
  holdersOf(role: PlatformRole, most: number, window: WorkWindow): Promise<KnownPerson[]>;
  /** Has the person hold exactly these roles across tenants. */
  setPlatformRoles(userId: string, roles: readonly PlatformRole[], window: WorkWindow): Promise<void>;
  /** Roles across tenants that the person holds. */
  realmRolesOf(userId: string, window: WorkWindow): Promise<string[]>;
}
