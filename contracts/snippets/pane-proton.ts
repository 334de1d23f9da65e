import { fillsVariables, hasVariables, hexOf, millisecondsOf, type PaneProgram, type Program, type ProgramTarget, type ProgramValue, type ProgramValueType, quoted, type ReceiveProgram, type SendProgram } from "./pane-program.ts";
import { certificateFileName } from "./snippet.ts";

const fill = `def fill(text, counter):
    text = re.sub(r"{{\\s*uuid\\s*}}", lambda _: str(uuid.uuid4()), text)
    text = re.sub(r"{{\\s*now\\s*}}", lambda _: datetime.datetime.now(datetime.timezone.utc).isoformat(), text)
    text = re.sub(r"{{\\s*counter\\s*}}", lambda _: str(counter), text)
    return re.sub(r"{{\\s*random\\s+(-?\\d+)\\s+(-?\\d+)\\s*}}", lambda m: str(random.randint(int(m[1]), int(m[2]))), text)


`;

const wrappers: Partial<Record<ProgramValueType, string>> = { byte: "byte", ubyte: "ubyte", short: "short", ushort: "ushort", int: "int32", uint: "uint", ulong: "ulong", float: "float32", symbol: "symbol", timestamp: "timestamp" };

function text(typed: string): string {
  return hasVariables(typed) ? `fill(${quoted(typed)}, counter)` : quoted(typed);
}

function value({ type, value: typed }: ProgramValue): string {
  const isFilled = hasVariables(typed);
  switch (type) {
    case "string": return text(typed);
    case "symbol": return `symbol(${quoted(typed)})`;
    case "boolean": return typed === "true" ? "True" : "False";
    case "binary": return `bytes.fromhex(${quoted(hexOf(typed))})`;
    case "uuid": return `uuid.UUID(${text(typed)})`;
    case "timestamp": return isFilled ? `timestamp(int(datetime.datetime.fromisoformat(${text(typed)}).timestamp() * 1000))` : `timestamp(${millisecondsOf(typed)})`;
    case "double": return isFilled ? `float(${text(typed)})` : `float(${typed})`;
    case "long": return isFilled ? `int(${text(typed)})` : typed;
    case "float": return isFilled ? `float32(float(${text(typed)}))` : `float32(${typed})`;
    default: return `${wrappers[type]}(${isFilled ? `int(${text(typed)})` : typed})`;
  }
}

function map(name: string, values: readonly ProgramValue[]): string[] {
  return values.length === 0 ? [] : [`        ${name}={\n${values.map((each) => `            ${name === "annotations" ? `symbol(${quoted(each.name)})` : quoted(each.name)}: ${value(each)},`).join("\n")}\n        },`];
}

function sender(program: SendProgram): string {
  const { body, perSecond } = program;
  const optional = ([["subject", program.subject], ["address", program.to], ["reply_to", program.replyTo], ["correlation_id", program.correlationId], ["content_type", program.contentType], ["group_id", program.groupId]] as const)
    .flatMap(([name, typed]) => (typed === "" ? [] : [`        ${name}=${name === "content_type" ? `symbol(${quoted(typed)})` : text(typed)},`]));
  const isBytes = body.kind === "bytes";
  const fields = [
    isBytes ? `        body=bytes.fromhex(${quoted(hexOf(body.hex))}), inferred=True,` : `        body=${text(body.text)},`,
    "        id=str(uuid.uuid4()),",
    ...(program.durable ? ["        durable=True,"] : []),
    ...(program.priority === null ? [] : [`        priority=${program.priority},`]),
    ...(program.timeToLiveMs === null ? [] : [`        ttl=${program.timeToLiveMs / 1000},`]),
    ...optional,
    ...map("properties", program.properties),
    ...map("annotations", program.annotations),
  ];
  const sent = program.isSettled ? (indent: string) => `\n${indent}print("sent", self.sent)` : () => "";
  const end = program.isSettled ? `
        if self.sent == COUNT:
            self.sender.connection.close()` : "";
  const sending =
    perSecond === null
      ? `    def on_sendable(self, event):
        while self.sent < COUNT and event.sender.credit > 0:
            self.sent += 1
            event.sender.send(message(self.sent))${sent("            ")}${end}
`
      : `    def on_sendable(self, event):
        if self.sent == 0:
            self.on_timer_task(event)

    def on_timer_task(self, event):
        if self.sender.credit > 0:
            self.sent += 1
            self.sender.send(message(self.sent))${sent("            ")}
        if self.sent < COUNT:
            event.container.schedule(${(1 / perSecond).toFixed(6)}, self)${end}
`;
  const outcomes = `
    def on_accepted(self, event):
        print("accepted", self.settled + 1)

    def on_rejected(self, event):
        print("rejected", event.delivery.remote.condition)

    def on_released(self, event):
        print("released")

    def on_settled(self, event):
        self.settled += 1
        if self.settled == COUNT:
            event.connection.close()
`;
  return `COUNT = ${program.count}


def message(counter):
    return Message(
${fields.join("\n")}
    )


class Send(MessagingHandler):
    def on_start(self, event):
        self.sent = ${program.isSettled ? "0" : "self.settled = 0"}
        self.sender = event.container.create_sender(connect(event.container), ADDRESS${program.isSettled ? ", options=AtMostOnce()" : ""})

${sending}${program.isSettled ? "" : outcomes}

Container(Send()).run()
`;
}

function python(flag: boolean): string {
  return flag ? "True" : "False";
}

function decision({ mode, outcome, condition, reason, deliveryFailed, undeliverableHere }: ReceiveProgram): string {
  if (mode === "browse" || outcome === "accepted") return "        self.accept(event.delivery)";
  if (outcome === "released") return "        self.release(event.delivery, delivered=False)";
  if (outcome === "modified") {
    return `        event.delivery.local.failed = ${python(deliveryFailed)}
        event.delivery.local.undeliverable = ${python(undeliverableHere)}
        event.delivery.update(Delivery.MODIFIED)
        event.delivery.settle()`;
  }
  return `        event.delivery.local.condition = Condition(${quoted(condition)}, ${quoted(reason)})
        event.delivery.update(Delivery.REJECTED)
        event.delivery.settle()`;
}

function receiver(program: ReceiveProgram, type: ProgramTarget["addressType"]): string {
  const isDurable = type === "topic" && program.subscription !== "";
  const options = [
    ...(program.selector === "" ? [] : [`Selector(${quoted(program.selector)})`]),
    ...(program.mode === "browse" ? ["Copy()"] : []),
    ...(isDurable ? ["DurableSubscription()"] : []),
    ...(program.senderSettles === "mixed" ? [] : ["Settling()"]),
    ...(type === "topic" ? [`Capabilities(${isDurable && program.isShared ? `"topic", "shared", "global"` : `"topic"`})`] : []),
  ];
  const settling = program.senderSettles === "mixed" ? "" : `
class Settling(ReceiverOption):
    def apply(self, receiver):
        receiver.snd_settle_mode = Link.SND_${program.senderSettles.toUpperCase()}

`;
  const capabilities = type === "topic" ? `
class Capabilities(ReceiverOption):
    def __init__(self, *names):
        self.names = names

    def apply(self, receiver):
        receiver.source.capabilities.put_array(False, Data.SYMBOL)
        receiver.source.capabilities.enter()
        for name in self.names:
            receiver.source.capabilities.put_symbol(symbol(name))
        receiver.source.capabilities.exit()

` : "";
  return `MOST = int(sys.argv[1]) if len(sys.argv) > 1 else None

${settling}${capabilities}
class Receive(MessagingHandler):
    def on_start(self, event):
        self.received = 0
        event.container.create_receiver(
            connect(event.container), ADDRESS${isDurable ? `, name=${quoted(program.subscription)}` : ""}${options.length === 0 ? "" : `,\n            options=[${options.join(", ")}]`})

    def on_message(self, event):
        if self.received == MOST:
            return self.release(event.delivery, delivered=False)
        self.received += 1
        print("received", event.message.body, event.message.properties or "")
${decision(program)}
        if self.received == MOST:
            event.connection.close()

    def on_link_error(self, event):
        print(event.link.remote_condition.description)
        event.connection.close()


container = Container(Receive(prefetch=${program.credit}, auto_accept=False))
${isDurable && !program.isShared ? `container.container_id = ${quoted("CONTAINER")}
` : ""}container.run()
`;
}

/** The pane as a program with Qpid Proton for Python. */
export function protonProgram(target: ProgramTarget, program: PaneProgram): Program {
  const isSend = program.kind === "send";
  const isTopic = target.addressType === "topic";
  const hasSettling = !isSend && program.senderSettles !== "mixed";
  const names = isSend
    ? ["Message", ...new Set([...program.properties, ...program.annotations].flatMap(({ type }) => wrappers[type] ?? [])), ...(program.contentType !== "" || program.annotations.length > 0 ? ["symbol"] : [])]
    : [...(isTopic ? ["Data", "symbol"] : []), ...(hasSettling ? ["Link"] : []), ...(program.mode === "take" && (program.outcome === "modified" || program.outcome === "rejected") ? ["Delivery"] : []), ...(program.mode === "take" && program.outcome === "rejected" ? ["Condition"] : [])];
  const options = isSend ? (program.isSettled ? ["AtMostOnce"] : []) : [...(program.selector === "" ? [] : ["Selector"]), ...(program.mode === "browse" ? ["Copy"] : []), ...(isTopic || hasSettling ? ["ReceiverOption"] : []), ...(isTopic && program.subscription !== "" ? ["DurableSubscription"] : [])];
  const proton = [...new Set([...names, ...(target.tls ? ["SSLDomain"] : [])])].sort();
  const modules = [...(isSend && fillsVariables(program) ? ["datetime"] : []), "os", ...(isSend && fillsVariables(program) ? ["random", "re"] : []), ...(isSend ? ["uuid"] : ["sys"])];
  const tls = target.tls
    ? `    domain = SSLDomain(SSLDomain.MODE_CLIENT)
    domain.set_trusted_ca_db("${certificateFileName}")
    domain.set_peer_authentication(SSLDomain.VERIFY_PEER_NAME)
`
    : "";
  const fileName = isSend ? "send.py" : "receive.py";
  return {
    id: "proton", title: "Python (Qpid Proton)", fileName, install: "pip install python-qpid-proton", run: `python3 ${fileName}`, limits: [],
    code: `${modules.map((name) => `import ${name}`).join("\n")}
${proton.length === 0 ? "" : `from proton import ${proton.join(", ")}\n`}from proton.handlers import MessagingHandler
from proton.reactor import Container${options.map((name) => `, ${name}`).join("")}

ADDRESS = ${quoted(target.address)}


def connect(container):
${tls}    return container.connect(
        "${target.tls ? "amqps" : "amqp"}://${target.host}:${target.port}", ${target.tls ? "ssl_domain=domain, " : ""}user=${quoted(target.login)},
        password=os.environ["POSTROOM_SECRET"], allowed_mechs="PLAIN", allow_insecure_mechs=True, reconnect=False)


${isSend && fillsVariables(program) ? fill : ""}${isSend ? sender(program) : receiver(program, target.addressType).replace(quoted("CONTAINER"), quoted(target.login))}`,
  };
}
