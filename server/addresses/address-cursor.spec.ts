import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listAddressesSchema, type Address } from "#contracts/addresses/address.ts";
import { addressSortKeys } from "#contracts/addresses/address-list.ts";
import { addressTypes } from "#contracts/addresses/address-type.ts";
import { noOptions } from "#contracts/addresses/address-options.ts";
import { phases } from "#contracts/phases.ts";
import { decodeAddressCursor, encodeAddressCursor } from "./address-cursor.ts";

const addresses: fc.Arbitrary<Address> = fc.record({
  id: fc.uuid(),
  name: fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 }).filter((name) => !name.includes("\0") && name.length <= 253),
  type: fc.constantFrom(...addressTypes),
  topic: fc.constant(null),
  planId: fc.string(),
  planName: fc.string({ minLength: 1, maxLength: 40 }).filter((name) => !name.includes("\0")),
  phase: fc.constantFrom(...phases),
  reason: fc.constant(null),
  generation: fc.nat(),
  observedGeneration: fc.nat(),
  createdAt: fc.date({ min: new Date("2020-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }).map((date) => date.toISOString()),
  createdBy: fc.string({ maxLength: 100 }).filter((name) => !name.includes("\0")),
  options: fc.constant(noOptions),
  rule: fc.constant(null),
});

describe("the cursor", () => {
  it("comes back as it was made, for every order and name, and is safe in a URL", () => {
    fc.assert(
      fc.property(addresses, fc.constantFrom(...addressSortKeys), fc.boolean(), (last, sort, descending) => {
        const text = encodeAddressCursor(sort, descending, last);
        expect(text).toMatch(/^[A-Za-z0-9_-]{1,2000}$/);
        expect(decodeAddressCursor(text, sort, descending)).toMatchObject({ sort, descending, name: last.name });
      }),
    );
  });

  it("fits its bound with the longest name there can be", () => {
    const name = "日".repeat(253);
    const [sample] = fc.sample(addresses, 1);
    for (const sort of addressSortKeys) {
      const text = encodeAddressCursor(sort, true, { ...sample!, name });
      expect(listAddressesSchema.shape.cursor.safeParse(text).success).toBe(true);
      expect(decodeAddressCursor(text, sort, true).name).toBe(name);
    }
  });

  it("is refused for another order, and when anything else is shown", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json().map((json) => Buffer.from(json).toString("base64url"))), (text) => {
        expect(() => decodeAddressCursor(text, "name", false)).toThrow("Start again at the first page.");
      }),
    );
    const [sample] = fc.sample(addresses, 1);
    const text = encodeAddressCursor("type", false, sample!);
    expect(() => decodeAddressCursor(text, "type", true)).toThrow();
    expect(() => decodeAddressCursor(text, "phase", false)).toThrow();
  });
});
