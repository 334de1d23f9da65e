import * as fc from "fast-check";
import rhea, { type Message } from "rhea";
import { describe, expect, it } from "vitest";
import { messageDraftSchema, toMessage, type MessageDraft } from "./message-draft.ts";
import { viewOf } from "./message-view.ts";

const draft: MessageDraft = { format: "text", body: "hello", subject: "greeting", durable: true, properties: [] };

function roundTrip(message: Message): Message {
  return rhea.message.decode(rhea.message.encode(message)) as unknown as Message;
}

function pathsOf(change: object) {
  return messageDraftSchema.safeParse({ ...draft, ...change }).error?.issues.map(({ path }) => path.join("."));
}

describe("a typed message", () => {
  it("arrives with its properties in the types that were chosen", () => {
    const properties = [
      { name: "region", type: "string" as const, value: "7" },
      { name: "count", type: "int" as const, value: "7" },
      { name: "urgent", type: "boolean" as const, value: "true" },
    ];
    const received = roundTrip(toMessage({ ...draft, properties }, "id-1", rhea.types.wrap_int));
    expect(received.application_properties).toEqual({ region: "7", count: 7, urgent: true });
    expect(received).toMatchObject({ body: "hello", subject: "greeting", durable: true, message_id: "id-1" });
  });

  it("is refused at the field that is wrong", () => {
    expect(pathsOf({ format: "json", body: "{" })).toEqual(["body"]);
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
