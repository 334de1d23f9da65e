import { expect, test } from "vitest";
import type { AddressStatistics } from "#contracts/addresses/address-statistics.ts";
import { deletedAt, ruleSentence } from "./rule-words.ts";

const rule = { pattern: "jms.*", deleteUnusedMinutes: 90 };
const idle = { sampledAt: "2026-01-01T10:00:00.000Z", changedAt: null, notKnownSince: null, senders: 0, receivers: 0, depth: 0, deadLetters: 0 } as unknown as AddressStatistics;

test("an unused address goes after the time of its rule, counted from the last change of its numbers", () => {
  expect(deletedAt(rule, idle)).toBe("2026-01-01T11:30:00.000Z");
  expect(deletedAt(rule, { ...idle, changedAt: "2026-01-01T12:00:00.000Z" })).toBe("2026-01-01T13:30:00.000Z");
});

test("nothing is said of when while it is used, kept for good, or not known", () => {
  for (const used of [{ senders: 1 }, { receivers: 1 }, { depth: 1 }, { deadLetters: 1 }]) expect(deletedAt(rule, { ...idle, ...used })).toBeUndefined();
  expect(deletedAt({ ...rule, deleteUnusedMinutes: null }, idle)).toBeUndefined();
  expect(deletedAt(rule, { ...idle, notKnownSince: "2026-01-01T10:00:00.000Z" })).toBeUndefined();
  expect(deletedAt(rule, { ...idle, sampledAt: null })).toBeUndefined();
  expect(deletedAt(rule, null)).toBeUndefined();
});

test("the rule says in words what becomes of it", () => {
  expect(ruleSentence(rule)).toBe("It is deleted again after 90 minutes without links and messages.");
  expect(ruleSentence({ ...rule, deleteUnusedMinutes: null })).toBe("It stays until somebody deletes it.");
});
