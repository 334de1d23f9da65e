import { describe, expect, it } from "vitest";
import { counted, formatApproximate, formatDuration, formatRelative, formatShort } from "./format.ts";

describe("words for figures", () => {
  it("give durations in the largest even unit", () => {
    expect(formatDuration(7 * 86_400_000)).toBe("7 days");
    expect(formatDuration(3_600_000)).toBe("1 hour");
    expect(formatDuration(90 * 60_000)).toBe("90 minutes");
    expect(formatDuration(1_500)).toBe("1,500 ms");
  });

  it("are short where many stand together", () => {
    expect([0, 0.25, 7, 1_234, 12_400, 7_200_000].map(formatShort)).toEqual(["0", "0.25", "7", "1.23 k", "12.4 k", "7.2 M"]);
    expect([200, 59_000, 190_000].map(formatApproximate)).toEqual(["a second", "59 seconds", "3 minutes"]);
  });

  it("tell how long ago something was", () => {
    const now = new Date("2026-11-23T12:00:00Z");
    expect(formatRelative(new Date("2026-11-23T11:59:50Z"), now)).toBe("just now");
    expect(formatRelative(new Date("2026-11-23T11:55:00Z"), now)).toBe("5 minutes ago");
    expect(formatRelative(new Date("2026-11-22T12:00:00Z"), now)).toBe("yesterday");
  });

  it("count nouns", () => {
    expect(counted(1, "address", "addresses")).toBe("1 address");
    expect(counted(12_400, "message")).toBe("12,400 messages");
  });
});
