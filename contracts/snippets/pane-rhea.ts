import { fillsVariables, hasVariables, hexOf, millisecondsOf, type PaneProgram, type Program, type ProgramTarget, type ProgramValue, quoted, type ReceiveProgram, type SendProgram } from "./pane-program.ts";
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

function value({ type, value: typed }: ProgramValue): string {
  if (type === "string") return `types.wrap_string(${text(typed)})`;
  if (type === "symbol") return `types.wrap_symbol(${quoted(typed)})`;
  if (type === "binary" || type === "uuid") return `types.wrap_${type}(Buffer.from(${quoted(hexOf(typed))}, "hex"))`;
  if (type === "timestamp") return `types.wrap_timestamp(${hasVariables(typed) ? `Date.parse(${text(typed)})` : millisecondsOf(typed)})`;
  return `types.wrap_${type}(${hasVariables(typed) ? `Number(${text(typed)})` : typed})`;
}

function map(name: string, values: readonly ProgramValue[]): string[] {
  return values.length === 0 ? [] : [`    ${name}: {\n${values.map((each) => `      ${quoted(each.name)}: ${value(each)},`).join("\n")}\n    },`];
}

function sender(program: SendProgram): string {
  const { body } = program;
  const optional = ([["subject", program.subject], ["to", program.to], ["reply_to", program.replyTo], ["correlation_id", program.correlationId], ["content_type", program.contentType], ["group_id", program.groupId]] as const)
    .flatMap(([name, typed]) => (typed === "" ? [] : [`    ${name}: ${text(typed)},`]));
  const fields = [
    `    body: ${body.kind === "text" ? text(body.text) : `rhea.message.data_section(types.wrap_binary(Buffer.from(${quoted(hexOf(body.hex))}, "hex")))`},`,
    "    message_id: randomUUID(),",
    ...(program.durable ? ["    durable: true,"] : []),
    ...(program.priority === null ? [] : [`    priority: ${program.priority},`]),
    ...(program.timeToLiveMs === null ? [] : [`    ttl: ${program.timeToLiveMs},`]),
    ...optional,
    ...map("application_properties", program.properties),
    ...map("message_annotations", program.annotations),
  ];
  return `const count = ${program.count};
let sent = 0;

function message(counter) {
  return {
${fields.join("\n")}
  };
}

${program.isSettled ? settledSending(program) : unsettledSending(program)}`;
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

function decision({ mode, outcome, condition, reason, deliveryFailed, undeliverableHere }: ReceiveProgram): string {
  if (mode === "browse" || outcome === "accepted") return "delivery.accept();";
  if (outcome === "released") return "delivery.release();";
  if (outcome === "modified") return `delivery.modified({ delivery_failed: ${deliveryFailed}, undeliverable_here: ${undeliverableHere} });`;
  return `delivery.reject({ condition: ${quoted(condition)}, description: ${quoted(reason)} });`;
}

function receiver(program: ReceiveProgram, type: ProgramTarget["addressType"]): string {
  const { subscription, isShared } = program;
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
    credit_window: ${program.credit},
    autoaccept: false,${program.senderSettles === "mixed" ? "" : `\n    snd_settle_mode: ${program.senderSettles === "settled" ? 1 : 0},`}
  }),
);
container.on("message", ({ message, delivery, connection }) => {
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
  const isSend = program.kind === "send";
  const imports = [...(isSend ? [`import { randomUUID } from "node:crypto";`] : []), ...(target.tls ? [`import { readFileSync } from "node:fs";`] : []), `import rhea from "rhea";`];
  const tls = target.tls ? `\n  transport: "tls",\n  servername: ${quoted(target.host)},\n  ca: readFileSync("${certificateFileName}"),` : "";
  const isDurable = !isSend && program.subscription !== "" && !program.isShared;
  const fileName = isSend ? "send.mjs" : "receive.mjs";
  return {
    id: "rhea", title: "JavaScript (rhea)", fileName, install: "npm install rhea", run: `node ${fileName}`, limits: [],
    code: `${imports.join("\n")}

${isSend ? "const { types } = rhea;\n" : ""}const address = ${quoted(target.address)};
const container = rhea.create_container(${isDurable ? `{ id: ${quoted(target.login)} }` : ""});

${isSend && fillsVariables(program) ? fill : ""}${isSend ? sender(program) : receiver(program, target.addressType)}container.on("disconnected", ({ error }) => error && console.error(error.message));

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
