import { describe, expect, it } from "vitest";
import { appended, emptyRingBuffer, replaced } from "./ring-buffer.ts";

describe("ring buffer", () => {
  it("keeps the newest items and counts what it let go", () => {
    let buffer = emptyRingBuffer<number>(3);
    for (let value = 1; value <= 5; value += 1) buffer = appended(buffer, value);
    expect(buffer.items).toEqual([3, 4, 5]);
    expect(buffer.dropped).toBe(2);
  });

  it("changes matching items only, and nothing when none matches", () => {
    const buffer = appended(appended(emptyRingBuffer<number>(3), 1), 2);
    expect(replaced(buffer, (item) => item === 2, () => 20).items).toEqual([1, 20]);
    expect(replaced(buffer, (item) => item === 9, () => 90)).toBe(buffer);
  });
});
