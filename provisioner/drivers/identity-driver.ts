import type { WorkWindow } from "../work-window.ts";
import type { Part } from "./part.ts";

/** The login of an application, as the identity provider is to have it. */
export interface ApplicationLogin {
  /** `<tenant>.<space>.<name>`, which is also the client id. */
  readonly login: string;
  readonly secret: string;
  /** The secret before, if it is to work beside this one until then: SHA-256 in base64, ms since the epoch. */
  readonly previous?: { readonly hash: string; readonly untilMs: number } | null;
}

/**
 * The identity provider. Each operation is idempotent and throws PostroomError: `unavailable` or `time-out` when it did not
 * (verifiably) happen, `forbidden`, `invalid-input` or `internal` when it was refused.
 */
export interface IdentityDriver extends Part {
  /**
   * The login exists with exactly this secret when this resolves, and can get tokens for itself with it, with the one before as long
   * as that is to work and the provider can have two, and with no other.
   */
  ensureLogin(login: ApplicationLogin, window: WorkWindow): Promise<void>;
  /** Only the newest secret of the login works when this resolves. */
  endPreviousSecret(login: string, window: WorkWindow): Promise<void>;
  /** The login is gone when this resolves, and no new token can be had with it. */
  removeLogin(login: string, window: WorkWindow): Promise<void>;
  hasLogin(login: string, window: WorkWindow): Promise<boolean>;
  /** Whether the login is there and nobody has disabled it at the provider itself. */
  isLoginEnabled(login: string, window: WorkWindow): Promise<boolean>;
  /** Asks once whether the provider answers; sets {@link Part.connected}. */
  probe(window: WorkWindow): Promise<void>;
}
