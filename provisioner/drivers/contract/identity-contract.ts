import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../testing/eventually.ts";
import { openWorkWindow } from "../../work-window.ts";
import type { ApplicationLogin, IdentityDriver } from "../identity-driver.ts";

export interface IdentityUnderTest {
  readonly driver: IdentityDriver;
  readonly unreachable: IdentityDriver;
  /** Start of logins that no other test uses. */
  readonly prefix: string;
  /** Whether an application gets a token with this login. */
  admits(login: ApplicationLogin): Promise<boolean>;
}

const window = () => openWorkWindow(45_000);

/** What every identity driver promises; runs against the fake and against a real Keycloak. */
export function describeIdentityContract(title: string, open: () => Promise<IdentityUnderTest>): void {
  describe(`identity driver contract: ${title}`, () => {
    let identity: IdentityUnderTest;
    const made = new Set<string>();

    beforeAll(async () => {
      identity = await open();
      identity.driver.start();
      await identity.driver.probe(window());
      await eventually(() => identity.driver.connected, (connected) => connected);
    });

    afterAll(async () => {
      for (const each of made) await identity.driver.removeLogin(each, window());
      await Promise.all([identity.driver.close(), identity.unreachable.close()]);
    });

    function login(name: string, secret = "a-first-secret"): ApplicationLogin {
      made.add(`${identity.prefix}.${name}`);
      return { login: `${identity.prefix}.${name}`, secret };
    }

    it("admits an application with its secret and with no other", async () => {
      const app = login("app");
      await identity.driver.ensureLogin(app, window());
      expect(await identity.admits(app)).toBe(true);
      expect(await identity.admits({ ...app, secret: "a-wrong-secret" })).toBe(false);
      expect(await identity.driver.hasLogin(app.login, window())).toBe(true);
      expect(await identity.driver.isLoginEnabled(app.login, window())).toBe(true);
    });

    it("ensures what is there without an error, from many sides at once", async () => {
      const app = login("again");
      await Promise.all(Array.from({ length: 5 }, () => identity.driver.ensureLogin(app, window())));
      expect(await identity.admits(app)).toBe(true);
    });

    it("takes a new secret, after which the old one no longer works", async () => {
      const app = login("rotated");
      await identity.driver.ensureLogin(app, window());
      const rotated = { ...app, secret: "a-second-secret" };
      await identity.driver.ensureLogin(rotated, window());
      expect(await identity.admits(rotated)).toBe(true);
      expect(await identity.admits(app)).toBe(false);
    });

    it("takes the secret before beside the new one while it is to work, also when the rotation is done twice, and ends it at once when told", async () => {
      const app = login("overlapping");
      const previous = { hash: createHash("sha256").update(app.secret).digest("base64"), untilMs: Date.now() + 3_600_000 };
      const fresh = { ...app, secret: "a-second-secret", previous };
      await identity.driver.ensureLogin(app, window());
      for (let round = 0; round < 2; round += 1) {
        await identity.driver.ensureLogin(fresh, window());
        expect([await identity.admits(app), await identity.admits(fresh)]).toEqual([true, true]);
        expect(await identity.admits({ ...app, secret: "a-wrong-secret" })).toBe(false);
      }
      await identity.driver.endPreviousSecret(app.login, window());
      await identity.driver.endPreviousSecret(app.login, window());
      expect([await identity.admits(app), await identity.admits(fresh)]).toEqual([false, true]);
    });

    it("keeps no secret but the one before: not one whose time is over, nor one from before that", async () => {
      const first = login("twice");
      const second = { ...first, secret: "a-second-secret", previous: { hash: createHash("sha256").update(first.secret).digest("base64"), untilMs: Date.now() + 3_600_000 } };
      const third = { ...first, secret: "a-third-secret", previous: { hash: createHash("sha256").update(second.secret).digest("base64"), untilMs: Date.now() + 3_600_000 } };
      await identity.driver.ensureLogin(first, window());
      await identity.driver.ensureLogin(second, window());
      await identity.driver.ensureLogin(third, window());
      expect([await identity.admits(first), await identity.admits(second), await identity.admits(third)]).toEqual([false, true, true]);
      await identity.driver.ensureLogin({ ...third, previous: { ...third.previous, untilMs: Date.now() - 2_000 } }, window());
      expect([await identity.admits(first), await identity.admits(second), await identity.admits(third)]).toEqual([false, false, true]);
    });

    it("removes a login, and one that is not there without an error", async () => {
      const app = login("removed");
      await identity.driver.ensureLogin(app, window());
      await identity.driver.removeLogin(app.login, window());
      await identity.driver.removeLogin(app.login, window());
      expect(await identity.admits(app)).toBe(false);
      expect(await identity.driver.hasLogin(app.login, window())).toBe(false);
      expect(await identity.driver.isLoginEnabled(app.login, window())).toBe(false);
    });

    it("keeps logins apart whose names are parts of each other", async () => {
      const short = login("part");
      const long = login("part-two");
      await identity.driver.ensureLogin(long, window());
      expect(await identity.driver.hasLogin(short.login, window())).toBe(false);
      await identity.driver.removeLogin(short.login, window());
      expect(await identity.admits(long)).toBe(true);
    });

    it("does nothing once the time for the work is over", async () => {
      const late = login("late");
      await expect(identity.driver.ensureLogin(late, { ...window(), notAfterMs: performance.now() - 1 })).rejects.toMatchObject({ code: "time-out" });
      expect(await identity.driver.hasLogin(late.login, window())).toBe(false);
    });

    it("fails and says so while the provider is not there", async () => {
      await identity.unreachable.probe(window());
      expect(identity.unreachable.connected).toBe(false);
      await expect(identity.unreachable.ensureLogin(login("nowhere"), window())).rejects.toMatchObject({ code: "unavailable" });
      expect(identity.unreachable.reason).toEqual(expect.any(String));
    });
  });
}
