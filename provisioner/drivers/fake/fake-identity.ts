import type { WorkWindow } from "../../work-window.ts";
import type { ApplicationLogin, IdentityDriver } from "../identity-driver.ts";
import type { PartEvents } from "../part.ts";
import { FakePart } from "./fake-part.ts";

/** An identity provider in memory. */
export class FakeIdentity extends FakePart implements IdentityDriver {
  readonly #secrets = new Map<string, string>();

  constructor(events: PartEvents = {}) {
    super("Keycloak", events);
  }

  /** Whether a token could be had with this secret. */
  admits({ login, secret }: ApplicationLogin): boolean {
    return this.#secrets.get(login) === secret;
  }

  async probe(): Promise<void> {}

  ensureLogin({ login, secret }: ApplicationLogin, window: WorkWindow): Promise<void> {
    return this.act(login, window, () => {
      if (this.#secrets.get(login) !== secret) this.changes++;
      this.#secrets.set(login, secret);
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
}
