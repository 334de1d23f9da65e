import { type AnyValue, asksByHand, fillsVariables, hasVariables, hexOf, millisecondsOf, type PaneProgram, type Program, type ProgramMessage, type ProgramTarget, type ProgramValue, quoted, type ReceiveProgram, type RequestProgram, type SendProgram, type SimpleValue, valuesOfMessage } from "./pane-program.ts";
import { certificateFileName } from "./snippet.ts";

const fill = `function fill(text, counter) {
  return text
    .replaceAll(/{{\\s*uuid\\s*}}/g, () => randomUUID())
    .replaceAll(/{{\\s*now\\s*}}/g, () => new Date().toISOString())
    .replaceAll(/{{\\s*counter\\s*}}/g, () => String(counter))
    .replaceAll(/{{\\s*random\\s+(-?\\d+)\\s+(-?\\d+)\\s*}}/g, (_, from, to) => String(Number(from) + Math.floor(Math.random() * (Number(to) - Number(from) + 1))));
}

`;

function text(typed: string): string {
  return hasVariables(typed) ? `fill(${quoted(typed)}, counter)` : quoted(typed);
}

/** Codes of the types that an array can be of (part 1, section 1.6). */
const arrayCodes = { boolean: 0x56, byte: 0x51, ubyte: 0x50, short: 0x61, ushort: 0x60, int: 0x71, uint: 0x70, long: 0x81, ulong: 0x80, float: 0x72, double: 0x82, timestamp: 0x83, string: 0xb1, symbol: 0xb3, uuid: 0x98, binary: 0xb0 } as const;

function item({ type, value: typed }: SimpleValue): string {
  if (type === "string" || type === "symbol") return text(typed);
  if (type === "timestamp") return String(millisecondsOf(typed));
  return hasVariables(typed) ? `Number(${text(typed)})` : typed;
}

function value(any: AnyValue): string {
  switch (any.type) {
    case "null": return "types.wrap(null)";
    case "char": return `types.wrap_char(${any.value.codePointAt(0)})`;
    case "list": return `types.wrap_list([${any.items.map(value).join(", ")}])`;
    case "map": return `types.wrap_map({ ${any.entries.map((entry) => `${quoted(entry.name)}: ${value(entry.value)}`).join(", ")} })`;
    case "array": return `types.wrap_array([${any.items.map(item).join(", ")}], 0x${arrayCodes[any.of].toString(16)})`;
    case "string": return `types.wrap_string(${text(any.value)})`;
    case "symbol": return `types.wrap_symbol(${text(any.value)})`;
    case "binary": return `types.wrap_binary(Buffer.from(${quoted(hexOf(any.value))}, "hex"))`;
    case "uuid": return hasVariables(any.value) ? `types.wrap_uuid(Buffer.from(${text(any.value)}.replaceAll("-", ""), "hex"))` : `types.wrap_uuid(Buffer.from(${quoted(hexOf(any.value))}, "hex"))`;
    case "timestamp": return `types.wrap_timestamp(${hasVariables(any.value) ? `Date.parse(${text(any.value)})` : millisecondsOf(any.value)})`;
    default: return `types.wrap_${any.type}(${hasVariables(any.value) ? (any.type === "boolean" ? `${text(any.value)} === "true"` : `Number(${text(any.value)})`) : any.value})`;
  }
}

function map(name: string, values: readonly ProgramValue[], indent = "    "): string[] {
  return values.length === 0 ? [] : [`${indent}${name}: {\n${values.map((each) => `${indent}  ${quoted(each.name)}: ${value(each.value)},`).join("\n")}\n${indent}},`];
}

function bodyOf({ body }: ProgramMessage): string {
  switch (body.kind) {
    case "text": return text(body.text);
    case "bytes": return `rhea.message.data_section(types.wrap_binary(Buffer.from(${quoted(hexOf(body.hex))}, "hex")))`;
    case "value": return body.value.type === "null" ? "null" : value(body.value);
    case "sequence": return `rhea.message.sequence_section(${value({ type: "list", items: body.items })})`;
  }
}

function messageOf(message: ProgramMessage): string {
  const optional = ([
    ["subject", message.subject], ["to", message.to], ["reply_to", message.replyTo], ["correlation_id", message.correlationId], ["content_type", message.contentType], ["content_encoding", message.contentEncoding],
    ["group_id", message.groupId], ["reply_to_group_id", message.replyToGroupId],
  ] as const).flatMap(([name, typed]) => (typed === "" ? [] : [`    ${name}: ${text(typed)},`]));
  const numbers = ([["priority", message.priority], ["ttl", message.timeToLiveMs], ["delivery_count", message.deliveryCount], ["group_sequence", message.groupSequence]] as const).flatMap(([name, number]) => (number === null ? [] : [`    ${name}: ${number},`]));
  const times = ([["absolute_expiry_time", message.absoluteExpiryTime], ["creation_time", message.creationTime]] as const).flatMap(([name, typed]) => (typed === "" ? [] : [`    ${name}: Date.parse(${text(typed)}),`]));
  const fields = [
    `    body: ${bodyOf(message)},`,
    `    message_id: ${message.messageId === "" ? "randomUUID()" : text(message.messageId)},`,
    ...(message.userId === "" ? [] : [`    user_id: Buffer.from(${text(message.userId)}),`]),
    ...(message.durable ? ["    durable: true,"] : []),
    ...(message.firstAcquirer ? ["    first_acquirer: true,"] : []),
    ...numbers,
    ...optional,
    ...times,
    ...map("application_properties", message.properties),
    ...map("message_annotations", message.annotations),
    ...map("delivery_annotations", message.deliveryAnnotations),
    ...map("footer", message.footer),
  ];
  return `function message(counter) {
  return {
${fields.join("\n")}
  };
}
`;
}

function sender(program: SendProgram): string {
  return `const count = ${program.count};
let sent = 0;

${messageOf(program)}
${program.isSettled ? settledSending(program) : unsettledSending(program)}`;
}

/** Each reply is found by the correlation id of its request, or by its message id: responders copy one or the other. */
function requester(program: RequestProgram): string {
  const { perSecond } = program;
  return `const count = ${program.count};
const waitMs = ${program.waitSeconds * 1000};
const waiting = new Map();
let sent = 0;
let finished = 0;
let replies;

${messageOf(program)}
function send(sender) {
  ${perSecond === null ? "while (sent < count && sender.sendable())" : "if (sender.sendable())"} {
    sent += 1;
    const request = { ...message(sent), reply_to: replies.source.address };
    request.correlation_id ??= request.message_id;
    const entry = { keys: [request.correlation_id, request.message_id], sentAtMs: performance.now() };
    entry.timer = setTimeout(() => done(sender.connection, entry, "no reply"), waitMs);
    for (const key of entry.keys) waiting.set(key, entry);
    entry.delivery = sender.send(request);
  }
${perSecond === null ? "" : `  if (sent < count) setTimeout(send, ${pauseMs(perSecond)}, sender);
`}}

function done(connection, entry, ...words) {
  clearTimeout(entry.timer);
  for (const key of entry.keys) waiting.delete(key);
  console.log(...words);
  finished += 1;
  if (finished === count) connection.close();
}

container.on("connection_open", ({ connection }) => (replies = connection.open_receiver({ source: { dynamic: true } })));
container.once("receiver_open", ({ connection }) => connection.open_sender(address));
container.${perSecond === null ? "on" : "once"}("sendable", ({ sender }) => send(sender));
container.on("message", ({ message: reply, connection }) => {
  const entry = waiting.get(reply.correlation_id);
  if (entry) done(connection, entry, "reply", reply.body, "after", (performance.now() - entry.sentAtMs).toFixed(1), "ms");
});
for (const outcome of ["rejected", "released", "modified"]) {
  container.on(outcome, ({ delivery, connection }) => {
    const entry = [...waiting.values()].find((each) => each.delivery === delivery);
    if (entry) done(connection, entry, outcome, delivery.remote_state?.error?.description ?? "");
  });
}
`;
}

function pauseMs(perSecond: number): number {
  return Math.max(1, Math.round(1000 / perSecond));
}

/** Nobody says what became of them: the program ends when all are sent. */
function settledSending({ perSecond }: SendProgram): string {
  return `function send(sender) {
  ${perSecond === null ? "while (sent < count && sender.sendable())" : "if (sender.sendable())"} {
    sent += 1;
    sender.send(message(sent));
    console.log("sent", sent);
  }
  if (sent < count) setTimeout(send, ${perSecond === null ? 10 : pauseMs(perSecond)}, sender);
  else sender.connection.close();
}

container.on("connection_open", ({ connection }) => connection.open_sender({ target: { address }, snd_settle_mode: 1 }));
container.once("sendable", ({ sender }) => send(sender));
`;
}

function unsettledSending({ perSecond }: SendProgram): string {
  const isPaced = perSecond !== null;
  const send = isPaced
    ? `  if (sender.sendable()) {
    sent += 1;
    sender.send(message(sent));
  }
  if (sent < count) setTimeout(send, ${pauseMs(perSecond)}, sender);`
    : `  while (sent < count && sender.sendable() && sent - settled < 1_000) {
    sent += 1;
    sender.send(message(sent));
  }`;
  return `let settled = 0;

function send(sender) {
${send}
}

function done({ connection${isPaced ? "" : ", sender"} }) {
  settled += 1;
  if (settled === count) connection.close();${isPaced ? "" : "\n  else send(sender);"}
}

container.on("connection_open", ({ connection }) => connection.open_sender(address));
container.${isPaced ? "once" : "on"}("sendable", ({ sender }) => send(sender));
container.on("accepted", (context) => {
  console.log("accepted", settled + 1);
  done(context);
});
for (const outcome of ["rejected", "released", "modified"]) {
  container.on(outcome, (context) => {
    console.log(outcome, context.delivery.remote_state?.error?.description ?? "");
    done(context);
  });
}
`;
}

function decision({ mode, outcome, condition, reason, deliveryFailed, undeliverableHere, annotations }: ReceiveProgram): string {
  if (mode === "browse" || outcome === "accepted") return "delivery.accept();";
  if (outcome === "released") return "delivery.release();";
  if (outcome === "modified") {
    const annotated = annotations.length === 0 ? "" : `, message_annotations: types.wrap_symbolic_map({ ${annotations.map((each) => `${quoted(each.name)}: ${value(each.value)}`).join(", ")} })`;
    return `delivery.modified({ delivery_failed: ${deliveryFailed}, undeliverable_here: ${undeliverableHere}${annotated} });`;
  }
  return `delivery.reject({ condition: ${quoted(condition)}, description: ${quoted(reason)} });`;
}

function receiver(program: ReceiveProgram, type: ProgramTarget["addressType"]): string {
  const { subscription, isShared } = program;
  const isManual = asksByHand(program);
  const isDurable = type === "topic" && subscription !== "";
  const capabilities = [...(type === "topic" ? ["topic"] : []), ...(isDurable && isShared ? ["shared", "global"] : [])];
  const source = [
    "address",
    ...(capabilities.length > 0 ? [`capabilities: ${JSON.stringify(capabilities)}`] : []),
    ...(isDurable ? [`durable: 2, expiry_policy: "never"`] : []),
    ...(program.selector === "" ? [] : [`filter: rhea.filter.selector(${quoted(program.selector)})`]),
    ...(program.mode === "browse" ? [`distribution_mode: "copy"`] : []),
  ];
  return `const most = Number(process.argv[2] ?? Infinity);
let received = 0;

container.on("connection_open", ({ connection }) =>
  connection.open_receiver({
    ${isDurable ? `name: ${quoted(subscription)},\n    ` : ""}source: { ${source.join(", ")} },
    credit_window: ${isManual ? 0 : program.credit},
    autoaccept: false,${program.senderSettles === "mixed" ? "" : `\n    snd_settle_mode: ${program.senderSettles === "settled" ? 1 : 0},`}
  }),
);
${isManual ? `container.once("receiver_open", ({ receiver }) => {
  const more = () => receiver.add_credit(${program.credit});
  more();
  console.log("Enter asks for ${program.credit} more.");
  process.stdin.on("data", more);
  process.stdin.unref?.();
});
` : ""}container.on("message", ({ message, delivery, connection }) => {
  if (received === most) return delivery.release();
  received += 1;
  console.log("received", message.body, message.application_properties ?? "");
  ${decision(program)}
  if (received === most) connection.close();
});
container.on("receiver_error", ({ receiver, connection }) => {
  console.error(receiver.error.description);
  connection.close();
});
`;
}

/** The pane as a program with rhea. */
export function rheaProgram(target: ProgramTarget, program: PaneProgram): Program {
  const isSend = program.kind !== "receive";
  const imports = [...(isSend && (program.messageId === "" || fillsVariables(program)) ? [`import { randomUUID } from "node:crypto";`] : []), ...(target.tls ? [`import { readFileSync } from "node:fs";`] : []), `import rhea from "rhea";`];
  const tls = target.tls ? `\n  transport: "tls",\n  servername: ${quoted(target.host)},\n  ca: readFileSync("${certificateFileName}"),` : "";
  const isDurable = !isSend && program.subscription !== "" && !program.isShared;
  const fileName = `${program.kind}.mjs`;
  const hasTypes = isSend ? valuesOfMessage(program).length > 0 || program.body.kind === "bytes" || program.body.kind === "sequence" : program.annotations.length > 0 && decision(program).includes("types.");
  const part = program.kind === "send" ? sender(program) : program.kind === "request" ? requester(program) : receiver(program, target.addressType);
  return {
    id: "rhea", title: "JavaScript (rhea)", fileName, install: "npm install rhea", run: `node ${fileName}`, limits: [],
    code: `${imports.join("\n")}

${hasTypes ? "const { types } = rhea;\n" : ""}const address = ${quoted(target.address)};
const container = rhea.create_container(${isDurable ? `{ id: ${quoted(target.login)} }` : ""});

${isSend && fillsVariables(program) ? fill : ""}${part}container.on("disconnected", ({ error }) => error && console.error(error.message));

container.connect({
  host: ${quoted(target.host)},
  port: ${target.port},${tls}
  username: ${quoted(target.login)},
  password: process.env.POSTROOM_SECRET,
  reconnect: false,
});
`,
  };
}
