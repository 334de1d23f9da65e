import { describe, expect, it } from "vitest";
import { counted, formatDuration, formatRelative } from "./format.ts";

describe("words for figures", () => {
  it("give durations in the largest even unit", () => {
    expect(formatDuration(7 * 86_400_000)).toBe("7 days");
    expect(formatDuration(3_600_000)).toBe("1 hour");
    expect(formatDuration(90 * 60_000)).toBe("90 minutes");
    expect(formatDuration(1_500)).toBe("1,500 ms");
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
