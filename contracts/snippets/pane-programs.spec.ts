import { describe, expect, it } from "vitest";
import type { ProgramTarget, ReceiveProgram, SendProgram } from "./pane-program.ts";
import { programsFor } from "./pane-programs.ts";

const target: ProgramTarget = { host: "mail.example", port: 5671, tls: true, address: "orders/eu", addressType: "topic", login: "acme.default.shop" };
const send: SendProgram = {
  kind: "send", messageId: "", userId: "", contentEncoding: "", absoluteExpiryTime: "", creationTime: "", groupSequence: null, replyToGroupId: "", firstAcquirer: false, deliveryCount: null, deliveryAnnotations: [], footer: [],
  body: { kind: "text", text: 'a "quoted" \\ text\n{{counter}}' }, subject: "", to: "", replyTo: "", correlationId: "", contentType: "", groupId: "", durable: false, priority: null, timeToLiveMs: null,
  properties: [{ name: "raw", value: { type: "binary", value: "00 ff" } }, { name: "small", value: { type: "ubyte", value: "7" } }], annotations: [], count: 3, perSecond: null, isSettled: false,
};
const receive: ReceiveProgram = {
  kind: "receive", mode: "take", outcome: "rejected", condition: "my:own", reason: "no", deliveryFailed: false, undeliverableHere: false, annotations: [], credit: 7, isManualCredit: false, selector: "a = 'b'", subscription: "nightly", isShared: true, senderSettles: "mixed",
};

describe("programs of panes", () => {
  it("name host, port, address and login, verify the certificate, and read the secret from the environment", () => {
    for (const program of [send, receive]) {
      for (const { code } of programsFor(target, program)) {
        for (const part of ["mail.example", "5671", '"orders/eu"', '"acme.default.shop"', "POSTROOM_SECRET"]) expect(code).toContain(part);
        expect(code).toMatch(/postroom\.(pem|p12)/);
      }
    }
  });

  it("attach as the pane does: selector, subscription, and what is said with a rejection", () => {
    const programs = programsFor(target, receive);
    for (const { code } of programs) for (const part of ["a = 'b'", "nightly", "7"]) expect(code).toContain(part);
    for (const { id, code, limits } of programs) {
      if (id === "qpid-jms") expect(limits).toEqual(["JMS has no way to say why a message is rejected."]);
      else expect(code).toContain("my:own");
    }
  });

  it("say what a library cannot do, and quote what was typed", () => {
    const [rhea, , jms, go] = programsFor(target, send);
    expect(rhea?.code).toContain('fill("a \\"quoted\\" \\\\ text\\n{{counter}}", counter)');
    expect(jms?.limits.join(" ")).toMatch(/small \(ubyte\).*raw/);
    expect(programsFor(target, { ...receive, mode: "browse" })[3]?.limits.join()).toContain("browsing");
    expect(go?.code).toContain("[]byte{0x00, 0xff}");
    const [empty] = programsFor(target, { ...send, properties: [], body: { kind: "sequence", items: [] } });
    expect(empty?.code).toContain("const { types } = rhea;");
  });
});
