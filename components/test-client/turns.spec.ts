import { describe, expect, it } from "vitest";
import { Turns } from "./turns.ts";

describe("turns", () => {
  it("are long while they come in time, short as soon as they come late, and grow again little by little", () => {
    const turns = new Turns();
    turns.end(100);
    expect(turns.begin(101)).toBe(8);
    turns.end(120);
    expect(turns.begin(140)).toBe(4);
    turns.end(160);
    expect(turns.begin(161)).toBe(4.5);
  });

  it("never end altogether", () => {
    const turns = new Turns();
    for (let at = 0; at < 1_000; at += 100) {
      turns.end(at);
      expect(turns.begin(at + 90)).toBeGreaterThanOrEqual(2);
    }
  });
});
