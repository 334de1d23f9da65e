import rhea from "rhea";
import { describe, expect, it } from "vitest";
import { originOf, withoutDuplicateId } from "./message-bytes.ts";

const encode = (message: rhea.Message): Buffer => rhea.message.encode(message);
const decode = (bytes: Buffer) => rhea.message.decode(bytes);

const message = { message_id: "m", subject: "s", message_annotations: { "x-opt-note": "_AMQ_DUPL_ID" }, body: "_AMQ_DUPL_ID" };

describe("a message without its duplicate id", () => {
  it.each<[string, rhea.Message["application_properties"]]>([
    ["few", { _AMQ_DUPL_ID: "one", first: 1, last: true }],
    ["many", { ...Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`name${index}`, "value"])), _AMQ_DUPL_ID: "one" }],
    ["a value of that name among", { note: "_AMQ_DUPL_ID", _AMQ_DUPL_ID: "one" }],
    ["no other", { _AMQ_DUPL_ID: "one" }],
  ])("is otherwise what it was: %s properties", (_which, properties) => {
    const { _AMQ_DUPL_ID: _id, ...others } = properties!;
    const { application_properties: kept, ...rest } = decode(withoutDuplicateId(encode({ ...message, application_properties: properties })));
    expect(kept).toEqual(others);
    expect(rest).toMatchObject(message);
  });

  it("is the same bytes when it has none, or is no message", () => {
    for (const bytes of [encode({ ...message, application_properties: { note: "_AMQ_DUPL_ID_" } }), encode(message)]) expect(withoutDuplicateId(bytes)).toEqual(bytes);
    const malformed = Buffer.concat([Buffer.from([0, 0x53, 0x74, 0xc1, 200, 2]), Buffer.from("_AMQ_DUPL_ID")]);
    expect(withoutDuplicateId(malformed)).toBe(malformed);
    const list = Buffer.concat([Buffer.from([0, 0x53, 0x74, 0xa1, 12]), Buffer.from("_AMQ_DUPL_ID")]);
    expect(withoutDuplicateId(list)).toBe(list);
  });
});

describe("a message's origin", () => {
  it("is what its annotation says, wherever that stands, and nothing else", () => {
    const origin = { message_annotations: { "x-opt-note": "n".repeat(300), "x-opt-ORIG-QUEUE": "acme.main.qs.orders", "x-opt-number": 1 } };
    expect(originOf(encode({ ...message, ...origin }))).toBe("acme.main.qs.orders");
    expect(originOf(Buffer.concat([encode({ ...origin, body: "" }), Buffer.from([0, 0x53])])), "before bytes that are no section").toBe("acme.main.qs.orders");
    expect(originOf(encode({ ...message, application_properties: { "x-opt-ORIG-QUEUE": "claimed" } }))).toBeUndefined();
    expect(originOf(Buffer.from([0, 0x53, 0x72, 0xc1, 200, 2]))).toBeUndefined();
  });
});
