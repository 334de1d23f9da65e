import * as fc from "fast-check";
import rhea, { type Message } from "rhea";
import { describe, expect, it } from "vitest";
import { AmqpBoundsError } from "#contracts/amqp-bounds.ts";
import { decodeAmqpMessage } from "#contracts/messages/amqp-decode.ts";
import { detailOfMessage, draftOfMessage, plainOf } from "./message-detail.ts";
import { emptyDraft, type MessageDraft, messageDraftSchema, toMessage } from "./message-draft.ts";
import { type AnyValueType, faultOfAnyValue } from "./typed-value.ts";

const draft = emptyDraft(true);

function bytesOf(message: Message): Uint8Array {
  return rhea.message.encode(message);
}

function detailOf(change: Partial<MessageDraft>) {
  const bytes = bytesOf(toMessage({ ...draft, ...change }, "id-1", { counter: 1 }, rhea));
  return detailOfMessage({ bytes, sizeBytes: bytes.length, refusal: undefined });
}

describe("a message that was received", () => {
  it("shows every section with the types that were sent", () => {
    const detail = detailOf({
      priority: "9", timeToLiveMs: "60000", firstAcquirer: true, deliveryCount: "2", userId: "dana", replyTo: "answers", contentEncoding: "identity", creationTime: "2030-01-31T12:00:00Z", groupSequence: "3",
      properties: [{ name: "n", type: "ushort", value: "7" }, { name: "id", type: "uuid", value: "00112233-4455-6677-8899-aabbccddeeff" }, { name: "big", type: "long", value: "-9007199254740991" }],
      annotations: [{ name: "x-opt-map", type: "map", value: '{"a": [1, {"$ubyte": 2}], "b": null}' }],
      deliveryAnnotations: [{ name: "x-opt-d", type: "symbol", value: "s" }],
      footer: [{ name: "x-opt-sum", type: "binary", value: "0a ff" }],
    });
    const all = Object.fromEntries(detail.sections.map(({ title, entries }) => [title, Object.fromEntries(entries.map(({ name, type, text }) => [name, `${type} ${text}`]))]));
    expect(all).toEqual({
      Header: { durable: "boolean true", priority: "ubyte 9", ttl: "uint 60000", "first-acquirer": "boolean true", "delivery-count": "uint 2" },
      Properties: {
        "message-id": "string id-1", "user-id": "binary 64 61 6e 61", "reply-to": "string answers", "content-encoding": "symbol identity", "creation-time": "timestamp 2030-01-31T12:00:00.000Z", "group-sequence": "uint 3",
      },
      "Application properties": { n: "ushort 7", id: "uuid 00112233-4455-6677-8899-aabbccddeeff", big: "long -9007199254740991" },
      "Message annotations": { "x-opt-map": 'map {"a":[1,2],"b":null}' },
      "Delivery annotations": { "x-opt-d": "symbol s" },
      Footer: { "x-opt-sum": "binary 0a ff" },
    });
    expect(detail).toMatchObject({ replyTo: "answers", correlationId: "id-1" });
  });

  it("carries a body of any type, sequences and bytes among them", () => {
    const bodies: [AnyValueType, string, type: string, plain: unknown][] = [
      ["null", "", "null", null], ["char", "€", "char", "€"], ["ulong", "7", "ulong", 7], ["double", "0.5", "double", 0.5], ["binary", "00 ff", "binary", "00 ff"],
      ["list", '[1, "two", true]', "list", [1, "two", true]], ["map", '{"k": {"$float": 0.5}}', "map", { k: 0.5 }], ["array", '{"$array": "int", "values": [1, -2]}', "array", [1, -2]],
      ["array", '{"$array": "string", "values": ["a", "b"]}', "array", ["a", "b"]],
    ];
    for (const [valueType, body, type, plain] of bodies) {
      expect(messageDraftSchema.safeParse({ ...draft, format: "value", valueType, body }).error, body).toBeUndefined();
      const { message } = detailOf({ format: "value", valueType, body });
      expect(message.body, body).toMatchObject({ kind: "value", value: { type } });
      if (message.body.kind === "value") expect(plainOf(message.body.value), body).toEqual(plain);
    }
    expect(detailOf({ format: "sequence", body: "[1, 2]" }).body).toMatchObject({ kind: "sequence", json: [1, 2] });
    expect(detailOf({ format: "hex", body: "ff 00" }).body).toMatchObject({ kind: "data, 2 bytes", format: "hex", text: "ff 00" });
    expect(detailOf({ format: "json", body: '{"a": 1}' }).body).toMatchObject({ format: "json", json: { a: 1 } });
  });

  it("becomes a draft from which the same is sent again", () => {
    const sent: Partial<MessageDraft> = { format: "json", body: '{"a": [1]}', subject: "s", correlationId: "c", priority: "3", properties: [{ name: "n", type: "ubyte", value: "200" }], annotations: [{ name: "x-a", type: "int", value: "-1" }] };
    const again = draftOfMessage(detailOf(sent));
    expect(again).toEqual({ ...draft, ...sent, contentType: "application/json" });
    expect(messageDraftSchema.safeParse(again).error).toBeUndefined();
  });

  it("is never built from bytes that break a bound, and never fails otherwise", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.object({ values: [fc.string(), fc.boolean(), fc.integer(), fc.constant(null)] }).map((body) => bytesOf({ body: body as never }))), (bytes) => {
        try {
          decodeAmqpMessage(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(AmqpBoundsError);
          return;
        }
        detailOfMessage({ bytes, sizeBytes: bytes.length, refusal: undefined });
      }),
      { numRuns: 1_000 },
    );
    const deep = JSON.stringify(0).padStart(10_001, "[").padEnd(20_001, "]");
    expect(detailOf({ format: "text", body: deep }).body.format).toBe("json");
  });
});

it("says what is wrong with a compound value before it is sent", () => {
  for (const [type, text] of [["list", "{}"], ["map", "[1]"], ["array", "[1]"], ["map", '{"a": {"$ubyte": 256}}'], ["list", '[{"$nothing": 1}]'], ["array", '{"$array": "int", "values": [1.5]}'], ["char", "ab"], ["list", "["]] as const) {
    expect(faultOfAnyValue(type, text), text).toBeDefined();
  }
  expect(faultOfAnyValue("list", `${"[".repeat(40)}${"]".repeat(40)}`)).toBe("At most 30 levels.");
});
