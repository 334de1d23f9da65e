import { type AnyValue, hasVariables, hexOf, millisecondsOf, type ProgramMessage, type ProgramValue, type ProgramValueType, quoted } from "./pane-program.ts";

const wrappers: Partial<Record<ProgramValueType, string>> = { byte: "byte", ubyte: "ubyte", short: "short", ushort: "ushort", int: "int32", uint: "uint", ulong: "ulong", float: "float32", symbol: "symbol", timestamp: "timestamp" };

function text(typed: string): string {
  return hasVariables(typed) ? `fill(${quoted(typed)}, counter)` : quoted(typed);
}

/** The names of Proton's codes of the types that an array can be of. */
const codes: Readonly<Record<ProgramValueType, string>> = {
  string: "STRING", boolean: "BOOL", byte: "BYTE", ubyte: "UBYTE", short: "SHORT", ushort: "USHORT", int: "INT", uint: "UINT", long: "LONG", ulong: "ULONG", float: "FLOAT", double: "DOUBLE", timestamp: "TIMESTAMP",
  uuid: "UUID", symbol: "SYMBOL", binary: "BINARY",
};

function value(any: AnyValue): string {
  switch (any.type) {
    case "null": return "None";
    case "char": return `char(${quoted(any.value)})`;
    case "list": return `[${any.items.map(value).join(", ")}]`;
    case "map": return `{${any.entries.map((entry) => `${quoted(entry.name)}: ${value(entry.value)}`).join(", ")}}`;
    case "array": return `Array(UNDESCRIBED, Data.${codes[any.of]}${any.items.map((each) => `, ${value(each)}`).join("")})`;
  }
  const { type, value: typed } = any;
  const isFilled = hasVariables(typed);
  switch (type) {
    case "string": return text(typed);
    case "symbol": return `symbol(${text(typed)})`;
    case "boolean": return isFilled ? `${text(typed)} == "true"` : python(typed === "true");
    case "binary": return `bytes.fromhex(${quoted(hexOf(typed))})`;
    case "uuid": return `uuid.UUID(${text(typed)})`;
    case "timestamp": return isFilled ? `timestamp(int(datetime.datetime.fromisoformat(${text(typed)}).timestamp() * 1000))` : `timestamp(${millisecondsOf(typed)})`;
    case "double": return isFilled ? `float(${text(typed)})` : `float(${typed})`;
    case "long": return isFilled ? `int(${text(typed)})` : typed;
    case "float": return isFilled ? `float32(float(${text(typed)}))` : `float32(${typed})`;
    default: return `${wrappers[type]}(${isFilled ? `int(${text(typed)})` : typed})`;
  }
}

/** What of Proton the values are made with. */
export function namesOf(values: readonly AnyValue[]): string[] {
  return values.flatMap((any) => {
    switch (any.type) {
      case "null": return [];
      case "char": return ["char"];
      case "list": return namesOf(any.items);
      case "map": return namesOf(any.entries.map((entry) => entry.value));
      case "array": return ["Array", "Data", "UNDESCRIBED", ...namesOf(any.items)];
      default: return wrappers[any.type] ?? [];
    }
  });
}

/** Annotations, as the inside of a dictionary. */
export function annotated(values: readonly ProgramValue[]): string {
  return values.map((each) => `symbol(${quoted(each.name)}): ${value(each.value)}`).join(", ");
}

function map(name: string, values: readonly ProgramValue[]): string[] {
  return values.length === 0 ? [] : [`        ${name}={\n${values.map((each) => `            ${name === "properties" ? quoted(each.name) : `symbol(${quoted(each.name)})`}: ${value(each.value)},`).join("\n")}\n        },`];
}

function bodyOf({ body }: ProgramMessage): string {
  switch (body.kind) {
    case "text": return `body=${text(body.text)},`;
    case "bytes": return `body=bytes.fromhex(${quoted(hexOf(body.hex))}), inferred=True,`;
    case "value": return `body=${value(body.value)},`;
    case "sequence": return `body=${value({ type: "list", items: body.items })}, inferred=True,`;
  }
}

function seconds(typed: string): string {
  return hasVariables(typed) ? `datetime.datetime.fromisoformat(${text(typed)}).timestamp()` : String(millisecondsOf(typed) / 1000);
}

/** The function that makes one message. */
export function messageOf(message: ProgramMessage): string {
  const optional = ([
    ["subject", message.subject], ["address", message.to], ["reply_to", message.replyTo], ["correlation_id", message.correlationId], ["content_type", message.contentType], ["content_encoding", message.contentEncoding],
    ["group_id", message.groupId], ["reply_to_group_id", message.replyToGroupId],
  ] as const).flatMap(([name, typed]) => (typed === "" ? [] : [`        ${name}=${name.startsWith("content") ? `symbol(${text(typed)})` : text(typed)},`]));
  const numbers = ([["priority", message.priority], ["ttl", message.timeToLiveMs === null ? null : message.timeToLiveMs / 1000], ["delivery_count", message.deliveryCount], ["group_sequence", message.groupSequence]] as const)
    .flatMap(([name, number]) => (number === null ? [] : [`        ${name}=${number},`]));
  const times = ([["expiry_time", message.absoluteExpiryTime], ["creation_time", message.creationTime]] as const).flatMap(([name, typed]) => (typed === "" ? [] : [`        ${name}=${seconds(typed)},`]));
  const fields = [
    `        ${bodyOf(message)}`,
    `        id=${message.messageId === "" ? "str(uuid.uuid4())" : text(message.messageId)},`,
    ...(message.userId === "" ? [] : [`        user_id=${text(message.userId)}.encode(),`]),
    ...(message.durable ? ["        durable=True,"] : []),
    ...(message.firstAcquirer ? ["        first_acquirer=True,"] : []),
    ...numbers,
    ...optional,
    ...times,
    ...map("properties", message.properties),
    ...map("annotations", message.annotations),
    ...map("instructions", message.deliveryAnnotations),
  ];
  return `def message(counter):
    return Message(
${fields.join("\n")}
    )
`;
}

/** A truth of Python's. */
export function python(flag: boolean): string {
  return flag ? "True" : "False";
}
