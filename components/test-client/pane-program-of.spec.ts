import { describe, expect, it } from "vitest";
import { emptyDraft, type MessageDraft } from "./message-draft.ts";
import { receiveProgramOf, requestProgramOf, sendProgramOf } from "./pane-program-of.ts";
import { defaultReceiving } from "./receiving.ts";
import { once } from "./send-run.ts";

function draft(parts: Partial<MessageDraft>): MessageDraft {
  return { ...emptyDraft(false), ...parts };
}

describe("a pane as a program", () => {
  it("keeps the types of a body that is written as JSON, with variables in and outside of its texts", () => {
    const body = '{"a": [1, 2.5, null, true], "b": {"$ushort": 7}, "c": {"$array": "int", "values": [1]}, "d": "no. {{counter}}", "e": {{counter}}}';
    const { program, limits } = sendProgramOf(draft({ format: "value", valueType: "map", body }), once, "unsettled");
    expect(limits).toEqual([]);
    expect(program).toMatchObject({
      body: {
        kind: "value",
        value: {
          type: "map",
          entries: [
            { name: "a", value: { type: "list", items: [{ type: "int", value: "1" }, { type: "double", value: "2.5" }, { type: "null" }, { type: "boolean", value: "true" }] } },
            { name: "b", value: { type: "ushort", value: "7" } },
            { name: "c", value: { type: "array", of: "int", items: [{ type: "int", value: "1" }] } },
            { name: "d", value: { type: "string", value: "no. {{counter}}" } },
            { name: "e", value: { type: "int", value: "{{counter}}" } },
          ],
        },
      },
    });
  });

  it("has every section, and asks for replies at an address of its own", () => {
    const typed = draft({ format: "sequence", body: "[1]", replyTo: "elsewhere", deliveryCount: "2", footer: [{ name: "x-sum", type: "list", value: "[1]" }], deliveryAnnotations: [{ name: "x-no", type: "char", value: "n" }] });
    expect(sendProgramOf(typed, once, "settled").program).toMatchObject({
      kind: "send", isSettled: true, body: { kind: "sequence", items: [{ type: "int", value: "1" }] }, replyTo: "elsewhere", deliveryCount: 2,
      footer: [{ name: "x-sum", value: { type: "list", items: [{ type: "int", value: "1" }] } }], deliveryAnnotations: [{ name: "x-no", value: { type: "char", value: "n" } }],
    });
    expect(requestProgramOf(typed, { ...once, count: 3 }, 5).program).toMatchObject({ kind: "request", count: 3, waitSeconds: 5, replyTo: "" });
  });

  it("gives credit and annotates as the pane does", () => {
    const { program, limits } = receiveProgramOf({ ...defaultReceiving, outcome: "modified", isManualCredit: true, annotations: [{ name: "x-why", type: "uint", value: "1" }] });
    expect(limits).toEqual([]);
    expect(program).toMatchObject({ outcome: "modified", isManualCredit: true, annotations: [{ name: "x-why", value: { type: "uint", value: "1" } }] });
  });

  it("says in words what does not fit into one: what comes from a file, values that variables make, and time", () => {
    const typed = draft({ format: "value", valueType: "list", body: "{{line}}", subject: "{{name}}", properties: [{ name: "parts", type: "list", value: "{{line}}" }] });
    expect(sendProgramOf(typed, { ...once, count: null, durationSeconds: 3 }, "unsettled").limits).toEqual([
      "The body becomes a typed value only when its variables are filled in: the program sends it as text.",
      "Left out, since they are values only when their variables are filled in: parts.",
      "The program reads no file, so these stay as they are: {{line}}, {{name}}.",
      "The program sends 1,000 messages; the pane sends for a time.",
    ]);
  });
});
