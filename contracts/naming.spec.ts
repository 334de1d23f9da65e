import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressNameKey } from "./addresses/address-name-key.ts";
import { addressNameSchema, brokerAddress, lookupTextSchema, patternCovers, slugSchema } from "./naming.ts";

const isName = (name: string): boolean => addressNameSchema.safeParse(name).success;
const word = fc.stringMatching(/^[A-Za-z0-9äß日-][A-Za-z0-9äß日_$!-]{0,10}$/);
const names = fc.tuple(word, fc.array(fc.tuple(fc.constantFrom("/", "."), word), { maxLength: 4 })).map(([first, rest]) => first + rest.map((part) => part.join("")).join(""));

describe("an address name", () => {
  it("may have words of letters, digits and most signs, between / and .", () => {
    fc.assert(
      fc.property(names, (name) => {
        expect(isName(name), name).toBe(true);
      }),
    );
    for (const name of ["a", "orders", "Orders/new", "a.b-c_d", "rechnung/größe", "注文", "注文orders", "ελλάδα/orders", "заказы.new", "a@b=c,d", "x".repeat(253)]) expect(isName(name), name).toBe(true);
  });

  it.each([
    "", "x".repeat(254), "a b", "a\tb", "a\nb", "a\0b", "\u00A0", "a\u200Bb", "a\u202Eb", "\uFEFFa", "a\u2028b", "\uD800", "a#b", "*", "a*", "a+b", "a:b", "a::b", "a%2Fb",
    "$management", "$cbs", "_local", "_topo", "!x", "/a", "a/", "a//b", ".a", "a.", "a..b", "a/.b", "../a", "a\\b", "cafe\u0301",
    "\u043Erders", "orders/p\u0430id", "\u0391lpha", "\u0430\u03B1", "\uFF4Frders", "o\uFB01ce", "\u{1D428}rders",
  ])("is never %j", (name) => {
    expect(isName(name)).toBe(false);
  });

  it("never becomes a pattern, a qualified queue or a hidden name on a broker, whatever is typed", () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom(..."ab/.#*+:$%\\ \u200B") })), (typed) => {
        if (!isName(typed)) return;
        accepted += 1;
        const address = brokerAddress("acme", "default", "qs", typed);
        expect(address).toMatch(/^acme\.default\.qs\.[^#*+:%\\\s]+$/u);
        expect(address.split(".").every((part) => part !== "")).toBe(true);
        expect(address).not.toContain("/");
      }),
      { numRuns: 1_000 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  it("collides with another exactly when only / and . differ", () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        expect(addressNameKey(a) === addressNameKey(b)).toBe(a.replaceAll("/", ".") === b.replaceAll("/", "."));
        expect(brokerAddress("t", "s", "c", a) === brokerAddress("t", "s", "c", b)).toBe(addressNameKey(a) === addressNameKey(b));
      }),
    );
    expect(addressNameKey("Orders/New")).toBe("Orders.New");
  });

  it("never stands for an address of another space or class", () => {
    const slug = fc.stringMatching(/^[a-z]([-a-z0-9]{0,30}[a-z0-9])?$/);
    fc.assert(
      fc.property(slug, slug, names, slug, slug, names, (tenantA, spaceA, nameA, tenantB, spaceB, nameB) => {
        fc.pre(tenantA !== tenantB || spaceA !== spaceB);
        expect(brokerAddress(tenantA, spaceA, "qs", nameA)).not.toBe(brokerAddress(tenantB, spaceB, "qs", nameB));
      }),
    );
  });
});

describe("a pattern", () => {
  it("covers the exact name, or all that begin with it when it ends in *", () => {
    expect([patternCovers("orders", "orders"), patternCovers("orders", "orders/x"), patternCovers("orders", "order")]).toEqual([true, false, false]);
    expect([patternCovers("orders/*", "orders/x"), patternCovers("orders.*", "orders/x/y"), patternCovers("orders/*", "orders"), patternCovers("*", "x")]).toEqual([true, true, false, true]);
  });
});

describe("a slug", () => {
  it.each(["a", "acme", "a1", "a-b", "x".repeat(32)])("may be %s", (slug) => expect(slugSchema.safeParse(slug).success).toBe(true));
  it.each(["", "A", "1a", "-a", "a-", "a.b", "a_b", "x".repeat(33), "a\n"])("is never %j", (slug) => expect(slugSchema.safeParse(slug).success).toBe(false));
});

describe("a text to look for", () => {
  it("may be anything that the database can hold", () => {
    expect(lookupTextSchema.safeParse("a*# b").success).toBe(true);
    for (const text of ["a\0", "x".repeat(254)]) expect(lookupTextSchema.safeParse(text).success).toBe(false);
  });
});
