import { expect, it } from "vitest";
import { RateLimiter } from "./rate-limit.ts";

function limiter() {
  const clock = { ms: 0 };
  return { clock, limit: new RateLimiter({ perSecond: 10, burst: 20 }, () => clock.ms) };
}

it("lets a burst through, then says after how many seconds to come back", () => {
  const { clock, limit } = limiter();
  for (let call = 0; call < 20; call += 1) expect(limit.take("a")).toBe(0);
  expect(limit.take("a")).toBe(1);
  clock.ms = 1_000;
  for (let call = 0; call < 10; call += 1) expect(limit.take("a")).toBe(0);
  expect(limit.take("a", 15)).toBe(2);
});

it("counts each sender alone, and a batch by its calls", () => {
  const { limit } = limiter();
  expect(limit.take("a", 20)).toBe(0);
  expect(limit.take("a")).toBe(1);
  expect(limit.take("b")).toBe(0);
});

it("counts nothing for what it refuses, so that waiting helps", () => {
  const { clock, limit } = limiter();
  limit.take("a", 20);
  for (let call = 0; call < 1_000; call += 1) limit.take("a");
  clock.ms = 100;
  expect(limit.take("a")).toBe(0);
});

it("forgets who was quiet for longest rather than grow without end", () => {
  const { limit } = limiter();
  limit.take("first", 20);
  for (let sender = 0; sender < 20_000; sender += 1) limit.take(`sender ${sender}`);
  expect(limit.take("first", 20)).toBe(0);
});
