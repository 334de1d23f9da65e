import { describe, expect, test } from "vitest";
import { AmqpSymbol, DescribedList, encode } from "../amqp/value-writer.ts";
import { lookForClaim } from "./origin-claim.ts";

const number = (code: number): Buffer => Buffer.from([0x53, code]);
const long = (code: number): Buffer => Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, code]);
const named = (name: string): Buffer => encode(new AmqpSymbol(name));

function section(descriptor: Buffer, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0]), descriptor, value]);
}

const clean = encode(new Map([["name", "value"]]));
const claiming = encode(new Map([["name", "value"], ["_AMQ_ORIG_ADDRESS", "acme.main.q1.orders"]]));
const wide = encode(new Map([["filler", "f".repeat(1000)], ["_AMQ_ORIG_QUEUE", "acme.main.q1.orders"]]));
const properties = encode(new DescribedList(0x73, ["id", null, "orders", "subject"]));
const header = encode(new DescribedList(0x70, [true]));
const annotations = section(number(0x72), encode(new Map([[new AmqpSymbol("x-opt-note"), "_AMQ_ORIG_ADDRESS"]])));
const body = section(number(0x77), encode("_AMQ_ORIG_ADDRESS"));

function look(...parts: Buffer[]): string {
  const message = Buffer.concat(parts);
  return lookForClaim(message, 0, message.length, true);
}

describe("an application property that claims an origin", () => {
  // What the broker takes for application properties was tried with each of these.
  test.each<[string, Buffer[]]>([
    ["in the usual place", [header, annotations, properties, section(number(0x74), claiming), body]],
    ["in a long map", [section(number(0x74), wide), body]],
    ["behind a long descriptor", [section(long(0x74), claiming), body]],
    ["behind a symbol", [section(named("amqp:application-properties:map"), claiming), body]],
    ["in the second of two sections", [section(number(0x74), clean), section(number(0x74), claiming), body]],
    ["in the first of two sections", [section(number(0x74), claiming), section(number(0x74), clean), body]],
    ["before the properties", [section(number(0x74), claiming), properties, body]],
    ["without a body", [section(number(0x74), claiming)]],
    ["behind sections with symbols", [section(named("amqp:message-annotations:map"), clean), section(number(0x74), claiming), body]],
  ])("is found %s", (_where, parts) => {
    expect(look(...parts)).toBe("named");
    const message = Buffer.concat(parts);
    const claimEnd = message.indexOf("_AMQ_ORIG_") + "_AMQ_ORIG_".length;
    for (let end = 0; end < claimEnd; end += 1) expect(lookForClaim(message, 0, end, false), String(end)).toBe("cut");
  });

  test.each<[string, Buffer[]]>([
    ["in a body", [header, properties, section(number(0x74), clean), body]],
    ["in an annotation's value", [annotations, body]],
    ["behind the body", [body, section(number(0x74), claiming)]],
    ["in a body with a long descriptor", [section(long(0x75), Buffer.from([0xa0, 10, ...Buffer.from("_AMQ_ORIG_")]))]],
    ["in a body with a symbol", [section(named("amqp:amqp-value:*"), encode("_AMQ_ORIG_ADDRESS"))]],
    ["in what is no section", [Buffer.from("_AMQ_ORIG_ADDRESS")]],
  ])("is none %s", (_where, parts) => {
    expect(look(...parts)).toBe("clean");
  });

  test("cannot be said of a message before its body begins", () => {
    const message = Buffer.concat([header, annotations, properties, section(number(0x74), clean), body]);
    const front = message.length - body.length;
    for (let end = 0; end <= message.length; end += 1) expect(lookForClaim(message, 0, end, false), String(end)).toBe(end < front + 3 ? "cut" : "clean");
  });
});
