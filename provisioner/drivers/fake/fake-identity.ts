import { createHash } from "node:crypto";
import type { WorkWindow } from "../../work-window.ts";
import type { ApplicationLogin, IdentityDriver } from "../identity-driver.ts";
import type { PartEvents } from "../part.ts";
import { FakePart } from "./fake-part.ts";

/** An identity provider in memory. */
export class FakeIdentity extends FakePart implements IdentityDriver {
  readonly #secrets = new Map<string, string>();
  readonly #previous = new Map<string, { readonly hash: string; readonly untilMs: number }>();

  constructor(events: PartEvents = {}) {
    super("Keycloak", events);
  }

  /** Whether a token could be had with this secret. */
  admits({ login, secret }: ApplicationLogin): boolean {
    const previous = this.#previous.get(login);
    return this.#secrets.get(login) === secret || (previous !== undefined && previous.hash === hashOf(secret) && Date.now() < previous.untilMs);
  }

  async probe(): Promise<void> {}

  ensureLogin({ login, secret, previous = null }: ApplicationLogin, window: WorkWindow): Promise<void> {
    return this.act(login, window, () => {
      const before = this.#secrets.get(login);
      if (before !== secret) this.changes++;
      const isKnown = previous !== null && ((before !== undefined && hashOf(before) === previous.hash) || this.#previous.get(login)?.hash === previous.hash);
      if (isKnown) this.#previous.set(login, previous);
      else this.#previous.delete(login);
      this.#secrets.set(login, secret);
    });
  }

  endPreviousSecret(login: string, window: WorkWindow): Promise<void> {
    return this.act(login, window, () => {
      if (this.#previous.delete(login)) this.changes++;
    });
  }

  removeLogin(login: string, window: WorkWindow): Promise<void> {
    return this.act(login, window, () => {
      if (this.#secrets.delete(login)) this.changes++;
    });
  }

  hasLogin(login: string, window: WorkWindow): Promise<boolean> {
    return this.act(login, window, () => this.#secrets.has(login));
  }

  /** Nobody disables a login here. */
  isLoginEnabled(login: string, window: WorkWindow): Promise<boolean> {
    return this.hasLogin(login, window);
  }
}

function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64");
}
