import { asksByHand, fillsVariables, type PaneProgram, type Program, type ProgramTarget, quoted, type ReceiveProgram, type RequestProgram, type SendProgram, simpleValues, valuesOfMessage } from "./pane-program.ts";
import { annotated, messageOf, namesOf, python } from "./proton-message.ts";
import { certificateFileName } from "./snippet.ts";

const fill = `def fill(text, counter):
    text = re.sub(r"{{\\s*uuid\\s*}}", lambda _: str(uuid.uuid4()), text)
    text = re.sub(r"{{\\s*now\\s*}}", lambda _: datetime.datetime.now(datetime.timezone.utc).isoformat(), text)
    text = re.sub(r"{{\\s*counter\\s*}}", lambda _: str(counter), text)
    return re.sub(r"{{\\s*random\\s+(-?\\d+)\\s+(-?\\d+)\\s*}}", lambda m: str(random.randint(int(m[1]), int(m[2]))), text)


`;

function sender(program: SendProgram): string {
  const { perSecond } = program;
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


${messageOf(program)}

class Send(MessagingHandler):
    def on_start(self, event):
        self.sent = ${program.isSettled ? "0" : "self.settled = 0"}
        self.sender = event.container.create_sender(connect(event.container), ADDRESS${program.isSettled ? ", options=AtMostOnce()" : ""})

${sending}${program.isSettled ? "" : outcomes}

Container(Send()).run()
`;
}

/** Each reply is found by the correlation id of its request, or by its message id: responders copy one or the other. */
function requester(program: RequestProgram): string {
  const { perSecond } = program;
  const sending =
    perSecond === null
      ? `    def on_sendable(self, event):
        while self.sent < COUNT and self.sender.credit > 0:
            self.send_next(event.container)
`
      : `    def on_sendable(self, event):
        if self.sent == 0:
            self.on_timer_task(event)

    def on_timer_task(self, event):
        if self.sender.credit > 0:
            self.send_next(event.container)
        if self.sent < COUNT:
            event.container.schedule(${(1 / perSecond).toFixed(6)}, self)
`;
  return `COUNT = ${program.count}
WAIT_SECONDS = ${program.waitSeconds}


${messageOf(program)}

class Waiting(MessagingHandler):
    """A request whose reply has not come."""

    def __init__(self, requests, request):
        super().__init__()
        self.requests = requests
        self.keys = {request.correlation_id, request.id}
        self.sent_at = time.monotonic()

    def on_timer_task(self, event):
        self.requests.done(self, "no reply")


class Request(MessagingHandler):
    def on_start(self, event):
        self.sent = self.finished = 0
        self.waiting = {}
        self.sender = None
        self.replies = event.container.create_receiver(connect(event.container), None, dynamic=True)

    def on_link_opened(self, event):
        if event.receiver is not None and self.sender is None:
            self.sender = event.container.create_sender(event.connection, ADDRESS)

${sending}
    def send_next(self, container):
        self.sent += 1
        request = message(self.sent)
        request.reply_to = self.replies.remote_source.address
        request.correlation_id = request.correlation_id or request.id
        waiting = Waiting(self, request)
        waiting.timer = container.schedule(WAIT_SECONDS, waiting)
        waiting.tag = self.sender.send(request).tag
        for key in waiting.keys:
            self.waiting[key] = waiting

    def done(self, waiting, *words):
        waiting.timer.cancel()
        for key in waiting.keys:
            self.waiting.pop(key, None)
        print(*words)
        self.finished += 1
        if self.finished == COUNT:
            self.sender.connection.close()

    def on_message(self, event):
        waiting = self.waiting.get(event.message.correlation_id)
        if waiting is not None:
            self.done(waiting, "reply", event.message.body, "after", round((time.monotonic() - waiting.sent_at) * 1000, 1), "ms")

    def on_rejected(self, event):
        self.refused(event.delivery, "rejected", event.delivery.remote.condition)

    def on_released(self, event):
        self.refused(event.delivery, "released")

    def refused(self, delivery, *words):
        for waiting in set(self.waiting.values()):
            if waiting.tag == delivery.tag:
                self.done(waiting, *words)


Container(Request()).run()
`;
}

function decision({ mode, outcome, condition, reason, deliveryFailed, undeliverableHere, annotations }: ReceiveProgram): string {
  if (mode === "browse" || outcome === "accepted") return "        self.accept(event.delivery)";
  if (outcome === "released") return "        self.release(event.delivery, delivered=False)";
  if (outcome === "modified") {
    return `        event.delivery.local.failed = ${python(deliveryFailed)}
        event.delivery.local.undeliverable = ${python(undeliverableHere)}${annotations.length === 0 ? "" : `\n        event.delivery.local.annotations = {${annotated(annotations)}}`}
        event.delivery.update(Delivery.MODIFIED)
        event.delivery.settle()`;
  }
  return `        event.delivery.local.condition = Condition(${quoted(condition)}, ${quoted(reason)})
        event.delivery.update(Delivery.REJECTED)
        event.delivery.settle()`;
}

/** Credit from the keyboard, which is read in a thread of its own. */
function byHand(credit: number): string {
  return `        self.injector = EventInjector()
        event.container.selectable(self.injector)
        threading.Thread(target=self.ask, daemon=True).start()
        self.on_more(event)

    def ask(self):
        print("Enter asks for ${credit} more.", flush=True)
        for _ in sys.stdin:
            self.injector.trigger(ApplicationEvent("more"))

    def on_more(self, event):
        self.receiver.flow(${credit})
`;
}

function receiver(program: ReceiveProgram, type: ProgramTarget["addressType"]): string {
  const isDurable = type === "topic" && program.subscription !== "";
  const isManual = asksByHand(program);
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
        ${isManual ? "self.receiver = " : ""}event.container.create_receiver(
            connect(event.container), ADDRESS${isDurable ? `, name=${quoted(program.subscription)}` : ""}${options.length === 0 ? "" : `,\n            options=[${options.join(", ")}]`})
${isManual ? byHand(program.credit) : ""}
    def on_message(self, event):
        if self.received == MOST:
            return self.release(event.delivery, delivered=False)
        self.received += 1
        print("received", event.message.body, event.message.properties or ""${isManual ? ", flush=True" : ""})
${decision(program)}
        if self.received == MOST:
            event.connection.close()${isManual ? "\n            self.injector.close()" : ""}

    def on_link_error(self, event):
        print(event.link.remote_condition.description)
        event.connection.close()${isManual ? "\n        self.injector.close()" : ""}


container = Container(Receive(prefetch=${isManual ? 0 : program.credit}, auto_accept=False))
${isDurable && !program.isShared ? `container.container_id = ${quoted("CONTAINER")}
` : ""}container.run()
`;
}

/** What of Proton a program is made with, by module. */
function importsOf(program: PaneProgram, type: ProgramTarget["addressType"]): { proton: string[]; reactor: string[] } {
  if (program.kind !== "receive") {
    const hasSymbols = program.contentType !== "" || program.contentEncoding !== "" || program.annotations.length + program.deliveryAnnotations.length > 0;
    return { proton: ["Message", ...namesOf(valuesOfMessage(program)), ...(hasSymbols ? ["symbol"] : [])], reactor: program.kind === "send" && program.isSettled ? ["AtMostOnce"] : [] };
  }
  const isTopic = type === "topic";
  const hasSettling = program.senderSettles !== "mixed";
  const outcome = program.mode === "take" ? program.outcome : "accepted";
  return {
    proton: [
      ...(isTopic ? ["Data", "symbol"] : []), ...(hasSettling ? ["Link"] : []), ...(outcome === "modified" || outcome === "rejected" ? ["Delivery"] : []), ...(outcome === "rejected" ? ["Condition"] : []),
      ...(outcome === "modified" && program.annotations.length > 0 ? ["symbol", ...namesOf(program.annotations.map(({ value: any }) => any))] : []),
    ],
    reactor: [
      ...(program.selector === "" ? [] : ["Selector"]), ...(program.mode === "browse" ? ["Copy"] : []), ...(isTopic || hasSettling ? ["ReceiverOption"] : []), ...(isTopic && program.subscription !== "" ? ["DurableSubscription"] : []),
      ...(asksByHand(program) ? ["ApplicationEvent", "EventInjector"] : []),
    ],
  };
}

/** What of Python's own a program is made with. */
function modulesOf(program: PaneProgram): string[] {
  if (program.kind === "receive") return ["os", "sys", ...(asksByHand(program) ? ["threading"] : []), ...(program.outcome === "modified" && simpleValues(program.annotations.map(({ value: any }) => any)).some(({ type }) => type === "uuid") ? ["uuid"] : [])];
  const fills = fillsVariables(program);
  const needsIds = fills || program.messageId === "" || simpleValues(valuesOfMessage(program)).some(({ type }) => type === "uuid");
  return [...(fills ? ["datetime"] : []), "os", ...(fills ? ["random", "re"] : []), ...(program.kind === "request" ? ["time"] : []), ...(needsIds ? ["uuid"] : [])];
}

/** The pane as a program with Qpid Proton for Python. */
export function protonProgram(target: ProgramTarget, program: PaneProgram): Program {
  const { proton: names, reactor } = importsOf(program, target.addressType);
  const proton = [...new Set([...names, ...(target.tls ? ["SSLDomain"] : [])])].sort();
  const part = program.kind === "send" ? sender(program) : program.kind === "request" ? requester(program) : receiver(program, target.addressType).replace(quoted("CONTAINER"), quoted(target.login));
  const tls = target.tls
    ? `    domain = SSLDomain(SSLDomain.MODE_CLIENT)
    domain.set_trusted_ca_db("${certificateFileName}")
    domain.set_peer_authentication(SSLDomain.VERIFY_PEER_NAME)
`
    : "";
  const fileName = `${program.kind}.py`;
  return {
    id: "proton", title: "Python (Qpid Proton)", fileName, install: "pip install python-qpid-proton", run: `python3 ${fileName}`,
    limits: program.kind !== "receive" && program.footer.length > 0 ? ["Proton's Python has no way to send a footer."] : [],
    code: `${modulesOf(program).map((name) => `import ${name}`).join("\n")}
${proton.length === 0 ? "" : `from proton import ${proton.join(", ")}\n`}from proton.handlers import MessagingHandler
from proton.reactor import Container${reactor.map((name) => `, ${name}`).join("")}

ADDRESS = ${quoted(target.address)}


def connect(container):
${tls}    return container.connect(
        "${target.tls ? "amqps" : "amqp"}://${target.host}:${target.port}", ${target.tls ? "ssl_domain=domain, " : ""}user=${quoted(target.login)},
        password=os.environ["POSTROOM_SECRET"], allowed_mechs="PLAIN", allow_insecure_mechs=True, reconnect=False)


${program.kind !== "receive" && fillsVariables(program) ? fill : ""}${part}`,
  };
}
