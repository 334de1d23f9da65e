import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AddressClass } from "../broker-driver.ts";
import { classSettings, deadLetterQueuesOfSubscription, deadLetterSettings, settingsHold, spaceSettings } from "./address-settings.ts";

const small: AddressClass = {
  classId: "qs",
  storedBytes: 10_485_760,
  maxMessageBytes: 1_048_576,
  defaultTimeToLiveMs: null,
  maxTimeToLiveMs: 604_800_000,
  maxDeliveryAttempts: 5,
  maxConsumers: 20,
  whenFull: "reject",
};

describe("classSettings", () => {
  it("refuses messages when the stored bytes of a plan are reached", () => {
    expect(classSettings(small)).toMatchObject({ addressFullMessagePolicy: "FAIL", maxSizeBytes: 10_485_760, maxDeliveryAttempts: 5, maxExpiryDelay: 604_800_000 });
  });

  it("keeps a paged address's memory small and its disk within the plan", () => {
    expect(classSettings({ ...small, whenFull: "page", storedBytes: 1_073_741_824 })).toMatchObject({
      addressFullMessagePolicy: "PAGE",
      maxSizeBytes: 4_194_304,
      pageLimitBytes: 1_073_741_824 - 4_194_304,
      pageFullMessagePolicy: "FAIL",
    });
  });

  it("makes a ring of as many messages as certainly fit", () => {
    expect(classSettings({ ...small, whenFull: "drop-oldest" })).toMatchObject({ defaultRingSize: 10, addressFullMessagePolicy: "FAIL" });
  });

  it("prefers the maximum time to live, since Artemis can hold only one of the two", () => {
    expect(classSettings({ ...small, defaultTimeToLiveMs: 1_000 })).not.toHaveProperty("expiryDelay");
    const withDefault = classSettings({ ...small, defaultTimeToLiveMs: 1_000, maxTimeToLiveMs: null });
    expect(withDefault).toMatchObject({ expiryDelay: 1_000 });
    expect(withDefault).not.toHaveProperty("maxExpiryDelay");
  });

  it("refuses the class of dead letters and a stored type without stored bytes", () => {
    expect(() => classSettings({ ...small, classId: "dlq" })).toThrow("kept for dead letters");
    expect(() => classSettings({ ...small, storedBytes: null })).toThrow("stored bytes");
  });

  it("always has pages smaller than the address, or Artemis would refuse it, and never creates or drops addresses by use", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1024, max: 2 ** 40 }), fc.integer({ min: 1, max: 2 ** 27 }), fc.constantFrom("reject" as const, "page" as const, "drop-oldest" as const), (storedBytes, maxMessageBytes, whenFull) => {
        const settings = classSettings({ ...small, storedBytes, maxMessageBytes, whenFull });
        expect(settings.pageSizeBytes as number).toBeGreaterThan(0);
        expect(settings.pageSizeBytes as number).toBeLessThan(settings.maxSizeBytes as number);
        expect(settings).toMatchObject({ autoCreateQueues: false, autoCreateAddresses: false, autoDeleteQueues: false, autoDeleteAddresses: false, expiryAddress: "" });
      }),
    );
  });
});

describe("settings of a space and of dead letters", () => {
  it("share no key with those of a class that would decide differently about it", () => {
    const shared = Object.keys(spaceSettings("acme.main")).filter((key) => key in classSettings(small) || key in deadLetterSettings());
    expect(shared).toEqual([]);
  });
});

describe("dead letters", () => {
  it("are told apart by what the broker itself notes of their origin, never by what their sender says", () => {
    for (const { filter } of deadLetterQueuesOfSubscription("acme.main", "acme.main.ts.news", "acme.main.ss.archive")) {
      expect(filter.replaceAll(/"m\.x-opt-ORIG-(QUEUE|ADDRESS)"/g, "")).not.toMatch(/ORIG/);
    }
  });
});

describe("settingsHold", () => {
  it("is true when everything wanted is so, whatever else there is, and an empty text is not there", () => {
    expect(settingsHold({ a: 1, b: "", c: true }, { a: 1, c: true, d: 4 })).toBe(true);
    expect(settingsHold({ a: 1 }, { a: 2 })).toBe(false);
    expect(settingsHold({ a: "" }, { a: "DLQ" })).toBe(false);
  });
});
