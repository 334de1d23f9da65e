import { describe, expect, it } from "vitest";
import { addressYaml } from "#contracts/addresses/address-yaml.ts";
import { noOptions } from "#contracts/addresses/address-options.ts";
import { readAddressRows } from "./address-rows.ts";

const defaults = { type: "queue", planId: "queue-small" };

describe("addresses from text", () => {
  it("are plain names, one a line, with the chosen type and plan", () => {
    expect(readAddressRows("a/b\n\n# a remark\n c \n", defaults)).toEqual({ rows: [{ ...defaults, name: "a/b" }, { ...defaults, name: "c" }] });
  });

  it("are CSV with names of columns, quotes and options", () => {
    expect(readAddressRows('name,type,plan,consumers,keepsDeadLetters\n"a,b",topic,topic-small,2,false\nc,,,,', defaults)).toEqual({
      rows: [{ name: "a,b", type: "topic", planId: "topic-small", options: { consumers: 2, keepsDeadLetters: false } }, { ...defaults, name: "c", options: {} }],
    });
    expect(readAddressRows("name,colour\na,red", defaults)).toEqual({ problem: expect.stringContaining("colour") });
  });

  it("are YAML, as the review of the wizard shows it", () => {
    const fields = { name: "a: \"b\"", type: "queue", planId: "queue-medium", options: { ...noOptions, timeToLiveMs: 1000 } } as const;
    expect(readAddressRows(addressYaml({ ...fields, topic: "" }), defaults)).toEqual({ rows: [{ ...fields, options: { timeToLiveMs: 1000 } }] });
    const reader = { name: "reader", type: "subscription", topic: "news/all", planId: "subscription-small", options: noOptions } as const;
    expect(readAddressRows(addressYaml(reader), defaults)).toEqual({ rows: [{ name: "reader", type: "subscription", topic: "news/all", planId: "subscription-small" }] });
    expect(readAddressRows("name;type;topic;plan\nreader;subscription;news;subscription-small", defaults)).toEqual({
      rows: [{ name: "reader", type: "subscription", topic: "news", planId: "subscription-small", options: {} }],
    });
    expect(readAddressRows("addresses:\n- name: x\n  plan: queue-large\n- y", defaults)).toEqual({ rows: [{ name: "x", type: "queue", planId: "queue-large" }, { ...defaults, name: "y" }] });
    expect(readAddressRows("- name: [", defaults)).toEqual({ problem: expect.stringContaining("cannot be read") });
    expect(readAddressRows("- &a x\n- *a\n- *a", defaults)).toHaveProperty("problem");
  });
});
