import { describe, expect, it } from "vitest";
import { emptyDraft, type MessageDraft } from "./message-draft.ts";
import { withoutSecrets } from "./secrets.ts";

const draft = emptyDraft(true);
const secret = "hunter2";
const token = `eyJhbGciOiJFZERTQSJ9.${btoa('{"sub": "dana"}')}.c2lnbmF0dXJl`;

function hexOf(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

describe("what is kept of a send", () => {
  it("has none of its secrets, whatever the body's format", () => {
    const bodies: Pick<MessageDraft, "format" | "body">[] = [
      { format: "json", body: `{"login": {"Password": "${secret}"}, "note": "the password is ${secret}"}` },
      { format: "text", body: `user: dana\npassword: ${secret}` },
      { format: "text", body: `user=dana&api_key=${secret}` },
      { format: "text", body: `The password is ${secret}.` },
      { format: "text", body: `Authorization: Bearer ${secret.repeat(3)}` },
      { format: "text", body: `postgres://dana:${secret}@db/orders` },
      { format: "text", body: `see ${token}` },
      { format: "text", body: `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----` },
      { format: "xml", body: `<login><password kind="plain"><![CDATA[${secret}]]></password></login>` },
      { format: "xml", body: `<login secret="${secret}"/>` },
      { format: "hex", body: hexOf(`password=${secret}`) },
      { format: "base64", body: btoa(`password=${secret}`) },
      { format: "value", body: `{"client-secret": "${secret}"}` },
      { format: "sequence", body: `[{"token": "${secret}"}]` },
    ];
    for (const { format, body } of bodies) {
      const kept = withoutSecrets({ ...draft, format, body });
      expect(kept.body, body).not.toContain(secret);
      expect(kept.body, body).not.toContain(token);
      if (format === "hex" || format === "base64") expect(kept.body).toBe("");
    }
    expect(withoutSecrets({ ...draft, ...bodies[0] }).body).toBe('{\n  "login": {\n    "Password": "•••"\n  },\n  "note": "•••"\n}');
  });

  it("has none of those in properties, annotations and other fields", () => {
    const kept = withoutSecrets({
      ...draft, subject: `Bearer ${token}`, correlationId: "c-1",
      properties: [{ name: "api-key", type: "binary", value: "00ff" }, { name: "colour", type: "string", value: "red" }, { name: "header", type: "string", value: `Basic ${btoa(`dana:${secret}`)}` }],
      annotations: [{ name: "x-opt-token", type: "symbol", value: secret }],
    });
    expect(JSON.stringify(kept)).not.toMatch(/hunter2|00ff|eyJ|Basic/);
    expect(kept).toMatchObject({ subject: "", correlationId: "c-1" });
    expect(kept.properties[1]).toEqual({ name: "colour", type: "string", value: "red" });
  });

  it("is the message itself when there is no secret in it", () => {
    for (const body of ["Hello", "reset your password please", "a token of thanks", "http://db/orders:7", "basic training", '{"colour": "red"}']) {
      const harmless = { ...draft, body, format: body.startsWith("{") ? ("json" as const) : ("text" as const) };
      expect(withoutSecrets(harmless), body).toBe(harmless);
    }
  });

  it("takes time in proportion to the body's length", () => {
    const kept = withoutSecrets({ ...draft, body: "eyJ-Basic password \"<token,://a:".repeat(8_000) });
    expect(kept.body).toHaveLength(8_000 * 32);
  });
});
