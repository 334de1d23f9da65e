import { describe, expect, it } from "vitest";
import { formatBytes } from "#contracts/plans/quota-sentences.ts";
import { parseBytes } from "./bytes.ts";

describe("bytes that people type", () => {
  it("are read with and without a unit", () => {
    expect(["1024", "10 MiB", "1.5G", "64k", "2 TB"].map(parseBytes)).toEqual([1024, 10 * 1024 ** 2, 1.5 * 1024 ** 3, 65_536, 2 * 1024 ** 4]);
    for (const text of ["", "much", "-1", "1 EiB", "1,5 GiB"]) expect(parseBytes(text), text).toBeUndefined();
  });

  it("come back from how they are shown", () => {
    for (const bytes of [1, 1023, 10 * 1024 ** 2, 1.5 * 1024 ** 3]) expect(parseBytes(formatBytes(bytes))).toBe(bytes);
  });
});
