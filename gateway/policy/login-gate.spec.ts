import { describe, expect, test } from "vitest";
import { LoginGate, maxFailuresPerLogin, maxFailuresPerSource } from "./login-gate.ts";

const windowMs = 60_000;

describe("the login gate", () => {
  test("turns a login away that failed too often from one source, and only that one there", () => {
    const gate = new LoginGate();
    for (let count = 0; count < maxFailuresPerLogin; count += 1) {
      expect(gate.waitMs("192.0.2.1", "a", 1000)).toBe(0);
      gate.failed("192.0.2.1", "a", 1000);
    }
    expect(gate.waitMs("192.0.2.1", "a", 1000)).toBe(windowMs);
    expect(gate.waitMs("192.0.2.1", "b", 1000)).toBe(0);
    expect(gate.waitMs("192.0.2.2", "a", 1000)).toBe(0);
    expect(gate.waitMs("192.0.2.1", "a", 1000 + windowMs)).toBe(0);
  });

  test("turns a source away that guesses across logins, and no other", () => {
    const gate = new LoginGate();
    for (let count = 0; count < maxFailuresPerSource; count += 1) gate.failed("192.0.2.1", `login-${count}`, 1000);
    expect(gate.waitMs("192.0.2.1", "another", 2000)).toBe(windowMs - 1000);
    expect(gate.waitMs("192.0.2.2", "another", 2000)).toBe(0);
    expect(gate.waitMs("192.0.2.1", "another", 1000 + windowMs)).toBe(0);
  });
});
