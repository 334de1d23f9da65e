import type { WorkWindow } from "../work-window.ts";
import type { Part } from "./part.ts";

/** The login of an application, as the identity provider is to have it. */
export interface ApplicationLogin {
  /** `<tenant>.<space>.<name>`, which is also the client id. */
  readonly login: string;
  readonly secret: string;
}

/**
 * The identity provider. Each operation is idempotent and throws PostroomError: `unavailable` or `time-out` when it did not
 * (verifiably) happen, `forbidden`, `invalid-input` or `internal` when it was refused.
 */
export interface IdentityDriver extends Part {
  /** The login exists with exactly this secret, and can get tokens for itself with it only, when this resolves. */
  ensureLogin(login: ApplicationLogin, window: WorkWindow): Promise<void>;
  /** The login is gone when this resolves, and no new token can be had with it. */
  removeLogin(login: string, window: WorkWindow): Promise<void>;
  hasLogin(login: string, window: WorkWindow): Promise<boolean>;
  /** Asks once whether the provider answers; sets {@link Part.connected}. */
  probe(window: WorkWindow): Promise<void>;
}
