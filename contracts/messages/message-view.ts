const maxBodyCharacters = 65_536;
const maxValueCharacters = 1_000;
const maxProperties = 200;

const headerNames = [
  "message_id", "correlation_id", "content_type", "content_encoding", "to", "reply_to", "user_id", "group_id", "group_sequence",
  "creation_time", "absolute_expiry_time", "durable", "priority", "ttl", "delivery_count", "first_acquirer",
] as const;

/** What rhea makes of a message, as far as it is shown. */
export interface DecodedMessage extends Partial<Readonly<Record<(typeof headerNames)[number], unknown>>> {
  readonly body?: unknown;
  readonly subject?: unknown;
  readonly application_properties?: unknown;
  readonly message_annotations?: unknown;
}

/** A received message as plain, bounded text: what somebody else has sent must not be able to fill or break the page. */
export interface MessageView {
  readonly body: string;
  /** What kind of body it was, in words. */
  readonly bodyKind: string;
  readonly isBodyCut: boolean;
  readonly subject: string | undefined;
  readonly headers: readonly (readonly [string, string])[];
  readonly applicationProperties: readonly (readonly [string, string])[];
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes.subarray(0, maxBodyCharacters / 3)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value, (_key, part: unknown) => (isBytes(part) ? hexOf(part) : typeof part === "bigint" ? String(part) : part), 2) ?? String(value);
  } catch {
    return "a value that cannot be shown";
  }
}

/** One value in a line of text, cut to a bound. */
export function showValue(value: unknown): string {
  const text =
    value instanceof Date ? (Number.isNaN(value.getTime()) ? "a time out of range" : value.toISOString())
    : isBytes(value) ? hexOf(value.subarray(0, maxValueCharacters))
    : typeof value === "object" && value !== null ? jsonOf(value)
    : String(value);
  return text.length > maxValueCharacters ? `${text.slice(0, maxValueCharacters)}…` : text;
}

interface BodySection {
  readonly typecode: number;
  readonly content: unknown;
  readonly multiple?: boolean;
}

function isSection(body: unknown): body is BodySection {
  return typeof body === "object" && body !== null && "typecode" in body && "content" in body;
}

const dataSection = 0x75;

function joinedBytes(content: unknown): Uint8Array {
  const parts = (Array.isArray(content) ? content : [content]).filter(isBytes);
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function showBody(body: unknown): { text: string; kind: string } {
  if (isSection(body)) {
    if (body.typecode !== dataSection) return { text: jsonOf(body.content), kind: "sequence" };
    const bytes = joinedBytes(body.content);
    const text = textOf(bytes);
    return text === undefined ? { text: hexOf(bytes), kind: `binary, ${bytes.length} bytes, shown as hexadecimal` } : { text, kind: "binary, shown as text" };
  }
  if (body === undefined || body === null) return { text: "", kind: "empty" };
  if (typeof body === "string") return { text: body, kind: "text" };
  if (isBytes(body)) return { text: textOf(body) ?? hexOf(body), kind: "binary" };
  return { text: typeof body === "object" && !(body instanceof Date) ? jsonOf(body) : showValue(body), kind: typeof body === "object" ? "structured" : typeof body };
}

/** Names with values as lines of text, as many as are shown. */
export function entriesOf(map: unknown): (readonly [string, string])[] {
  if (typeof map !== "object" || map === null) return [];
  return Object.entries(map).slice(0, maxProperties).map(([name, value]) => [showValue(name), showValue(value)] as const);
}

/** A message that rhea has decoded, as text for the page; `maxCharacters` of its body. */
export function viewOf(message: DecodedMessage, maxCharacters = maxBodyCharacters): MessageView {
  const { text, kind } = showBody(message.body);
  return {
    body: text.slice(0, maxCharacters),
    bodyKind: kind,
    isBodyCut: text.length > maxCharacters,
    subject: message.subject === undefined || message.subject === null ? undefined : showValue(message.subject),
    headers: headerNames.flatMap((name) => (message[name] === undefined || message[name] === null ? [] : [[name.replaceAll("_", " "), showValue(message[name])] as const])),
    applicationProperties: entriesOf(message.application_properties),
  };
}
