import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gatewayGeneration } from "./gateway-entities.ts";

describe("gatewayGeneration", () => {
  const createdAtMs = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2200, 0, 1) });

  it("is a whole number that a double holds exactly", () => {
    fc.assert(fc.property(createdAtMs, fc.integer({ min: 1, max: 100_000 }), (created, generation) => {
      expect(Number.isSafeInteger(gatewayGeneration({ createdAtMs: created, generation }))).toBe(true);
    }));
  });

  it("rises with the generation of a row, and is higher for any row made later", () => {
    fc.assert(fc.property(createdAtMs, fc.integer({ min: 1, max: 1022 }), fc.integer({ min: 1, max: 1_000_000 }), (created, generation, later) => {
      const now = gatewayGeneration({ createdAtMs: created, generation });
      expect(gatewayGeneration({ createdAtMs: created, generation: generation + 1 })).toBeGreaterThan(now);
      expect(gatewayGeneration({ createdAtMs: created + later, generation: 1 })).toBeGreaterThan(now);
    }));
  });
});
