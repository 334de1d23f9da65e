import * as fc from "fast-check";
import rhea, { type Message } from "rhea";
import { describe, expect, it } from "vitest";
import { emptyDraft, messageDraftSchema, toMessage, type MessageDraft } from "./message-draft.ts";
import { typedValue, type ValueType } from "./typed-value.ts";
import { viewOf } from "#contracts/messages/message-view.ts";

const draft: MessageDraft = { ...emptyDraft(true), body: "hello", subject: "greeting" };

function roundTrip(message: Message): Message {
  return rhea.message.decode(rhea.message.encode(message)) as unknown as Message;
}

function pathsOf(change: object) {
  return messageDraftSchema.safeParse({ ...draft, ...change }).error?.issues.map(({ path }) => path.join("."));
}

describe("a typed message", () => {
  it("arrives with its properties in the types that were chosen", () => {
    const values: Record<ValueType, [text: string, received: unknown]> = {
      string: ["7", "7"],
      boolean: ["true", true],
      byte: ["-128", -128],
      ubyte: ["255", 255],
      short: ["-32768", -32768],
      ushort: ["65535", 65535],
      int: ["-7", -7],
      uint: ["4294967295", 4294967295],
      long: ["-9007199254740991", -9007199254740991],
      ulong: ["9007199254740991", 9007199254740991],
      float: ["0.5", 0.5],
      double: ["1e-3", 0.001],
      timestamp: ["2030-01-31T12:00:00Z", new Date("2030-01-31T12:00:00Z")],
      uuid: ["00112233-4455-6677-8899-aabbccddeeff", Buffer.from("00112233445566778899aabbccddeeff", "hex")],
      symbol: ["x:y", "x:y"],
      binary: ["0a ff", Buffer.from([0x0a, 0xff])],
    };
    const properties = Object.entries(values).map(([type, [value]]) => ({ name: type, type: type as ValueType, value }));
    const typed = { ...draft, properties, annotations: [{ name: "x-opt-region", type: "int" as const, value: "7" }] };
    expect(messageDraftSchema.safeParse(typed).error).toBeUndefined();
    const received = roundTrip(toMessage(typed, "id-1", { counter: 1 }, rhea));
    for (const [type, [, value]] of Object.entries(values)) expect(received.application_properties![type], type).toEqual(value);
    expect(received.message_annotations).toEqual({ "x-opt-region": 7 });
    expect(received).toMatchObject({ body: "hello", subject: "greeting", durable: true, message_id: "id-1" });
    expect((typedValue("ushort", "7", rhea.types) as unknown as { type: { name: string } }).type.name).toBe("Ushort");
  });

  it("carries the fields that were filled in and no others, with variables filled in", () => {
    const full = { ...draft, priority: "9", timeToLiveMs: "60000", to: "a", replyTo: "b", correlationId: "{{counter}}", contentType: "text/plain", groupId: "g", body: "no. {{counter}}" };
    expect(roundTrip(toMessage(full, "id-1", { counter: 3 }, rhea))).toMatchObject({
      priority: 9, ttl: 60_000, to: "a", reply_to: "b", correlation_id: "3", content_type: "text/plain", group_id: "g", body: "no. 3",
    });
    expect(Object.keys(toMessage({ ...draft, subject: "" }, "id-1", { counter: 1 }, rhea)).toSorted()).toEqual(["body", "durable", "message_id"]);
  });

  it("carries bytes as bytes, and says what JSON and XML are", () => {
    for (const [format, body] of [["hex", "00 ff"], ["base64", "AP8="]] as const) {
      const received = roundTrip(toMessage({ ...draft, format, body }, "id-1", { counter: 1 }, rhea));
      expect((received.body as { content: Buffer }).content).toEqual(Buffer.from([0x00, 0xff]));
    }
    expect(toMessage({ ...draft, format: "json", body: "{}" }, "id-1", { counter: 1 }, rhea).content_type).toBe("application/json");
    expect(toMessage({ ...draft, format: "xml", body: "<a/>", contentType: "text/xml" }, "id-1", { counter: 1 }, rhea).content_type).toBe("text/xml");
  });

  it("is refused at the field that is wrong", () => {
    for (const [format, body] of [["json", "{"], ["hex", "0"], ["base64", "?"]]) expect(pathsOf({ format, body })).toEqual(["body"]);
    for (const [type, value] of [["ubyte", "256"], ["uint", "-1"], ["double", "one"], ["timestamp", "soon"], ["uuid", "1-2"], ["symbol", "ä"], ["binary", "f"]]) {
      expect(pathsOf({ annotations: [{ name: "n", type, value }] }), type).toEqual(["annotations.0.value"]);
    }
    expect(pathsOf({ priority: "256" })).toEqual(["priority"]);
    expect(pathsOf({ timeToLiveMs: "1 s" })).toEqual(["timeToLiveMs"]);
    expect(pathsOf({ properties: [{ name: "n", type: "int", value: "1.5" }] })).toEqual(["properties.0.value"]);
    expect(pathsOf({ properties: [{ name: "n", type: "int", value: "2147483648" }] })).toEqual(["properties.0.value"]);
    expect(pathsOf({ properties: [{ name: "n", type: "boolean", value: "yes" }] })).toEqual(["properties.0.value"]);
    expect(pathsOf({ properties: [{ name: "n", type: "string", value: "" }, { name: "n", type: "string", value: "" }] })).toEqual(["properties"]);
  });
});

describe("a received message", () => {
  it("shows text, bytes and structures as what they are", () => {
    expect(viewOf(roundTrip({ body: "hello" }))).toMatchObject({ body: "hello", bodyKind: "text" });
    expect(viewOf(roundTrip({ body: rhea.message.data_section(Buffer.from("abc")) }))).toMatchObject({ body: "abc", bodyKind: "binary, shown as text" });
    expect(viewOf(roundTrip({ body: rhea.message.data_section(Buffer.from([0xff, 0x00])) })).body).toBe("ff 00");
    expect(JSON.parse(viewOf(roundTrip({ body: { a: [1, "b"] } })).body)).toEqual({ a: [1, "b"] });
  });

  it("never throws and stays bounded, whatever was sent", () => {
    fc.assert(
      fc.property(fc.anything(), fc.dictionary(fc.string(), fc.anything()), (body, application_properties) => {
        const view = viewOf({ body, application_properties } as Message);
        expect(view.body.length).toBeLessThanOrEqual(65_536);
      }),
    );
    expect(viewOf({ body: "x".repeat(100_000) })).toMatchObject({ isBodyCut: true });
    expect(viewOf({ body: "", creation_time: new Date(Number.NaN) } as unknown as Message).headers).toEqual([["creation time", "a time out of range"]]);
  });
});
