import type { MessageDraft } from "./message-draft.ts";
import { bytesOfBase64, bytesOfHex } from "./typed-value.ts";

const names = "secret|passw|passphrase|pwd|token|authorization|api[-_ ]?key|credential|private[-_ ]?key|cookie";
const secretName = new RegExp(`${names}|^pass$`, "i");
/** A secret's name with its value: `name: value`, `name=value`, `"name": "value"`, `<name>value</name>`, `the name is value`. */
const namedSecret = new RegExp(`(?:${names}|\\bpass\\b)[\\w-]*(?:["']?\\s{0,9}[:=>]|\\s{1,9}is\\s)`, "i");
/** What is a secret whatever its name is: a private key, the beginning of a JSON web token, a header of a login, a login in a URL. */
const secretShape = /PRIVATE KEY-----|\beyJ[\w-]{9,200}\.[\w-]{9}|\b(?:Bearer|Basic)\s[\w.~+/=-]{9}|:\/\/[^\s/:@]{1,200}:[^\s/@]{1,200}@/i;

/** Stands where a secret was left out. */
const leftOut = "•••";

/** Whether a text holds what looks like a secret. */
function hasSecret(text: string): boolean {
  return namedSecret.test(text) || secretShape.test(text);
}

function maskJson(value: unknown): unknown {
  if (typeof value === "string") return hasSecret(value) ? leftOut : value;
  if (Array.isArray(value)) return value.map(maskJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, secretName.test(name) ? leftOut : maskJson(member)]));
}

/** The text of a body of bytes; undefined when it is none. */
function textOfBytes(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder("utf-8").decode(bytes);
}

/** A body without its secrets: of JSON their members are left out, of anything else the whole. */
function maskBody({ format, body }: MessageDraft): string {
  const text = format === "hex" ? textOfBytes(bytesOfHex(body)) : format === "base64" ? textOfBytes(bytesOfBase64(body)) : body;
  if (!hasSecret(text ?? body)) return body;
  if (format !== "json" && format !== "value" && format !== "sequence") return "";
  try {
    return JSON.stringify(maskJson(JSON.parse(body)), null, 2);
  } catch {
    return "";
  }
}

function maskRows(values: MessageDraft["properties"]): MessageDraft["properties"] {
  return values.map((row) => (secretName.test(row.name) || hasSecret(row.value) ? { ...row, type: "string", value: leftOut } : row));
}

/** The draft without what looks like a secret by its name or by its shape: nobody asked for that to be kept. The same draft when there is none. */
export function withoutSecrets(draft: MessageDraft): MessageDraft {
  const fields = Object.fromEntries(Object.entries(draft).flatMap(([name, value]) => (name !== "body" && typeof value === "string" && hasSecret(value) ? [[name, ""]] : [])));
  const masked: MessageDraft = {
    ...draft, ...fields, body: maskBody(draft), properties: maskRows(draft.properties), annotations: maskRows(draft.annotations), deliveryAnnotations: maskRows(draft.deliveryAnnotations), footer: maskRows(draft.footer),
  };
  return JSON.stringify(masked) === JSON.stringify(draft) ? draft : masked;
}
