import { type AnyValue, asksByHand, fillsVariables, hasVariables, hexOf, millisecondsOf, type PaneProgram, type Program, type ProgramMessage, type ProgramTarget, type ProgramValue, type ProgramValueType, quoted, type ReceiveProgram, type RequestProgram, type SendProgram, type SimpleValue } from "./pane-program.ts";
import { certificateFileName } from "./snippet.ts";

const fill = `
    static String fill(String text, int counter) {
        text = text.replace("{{uuid}}", java.util.UUID.randomUUID().toString())
            .replace("{{now}}", java.time.Instant.now().toString())
            .replace("{{counter}}", String.valueOf(counter));
        return java.util.regex.Pattern.compile("\\\\{\\\\{\\\\s*random\\\\s+(-?\\\\d+)\\\\s+(-?\\\\d+)\\\\s*}}").matcher(text).replaceAll(found -> String.valueOf(
            java.util.concurrent.ThreadLocalRandom.current().nextLong(Long.parseLong(found.group(1)), Long.parseLong(found.group(2)) + 1)));
    }
`;

/** Properties of JMS have the types of Java; what AMQP has more goes as the nearest of them. */
const setters = { string: "String", boolean: "Boolean", byte: "Byte", ubyte: "Short", short: "Short", ushort: "Int", int: "Int", uint: "Long", long: "Long", ulong: "Long", float: "Float", double: "Double", timestamp: "Long", uuid: "String", symbol: "String" } as const;
const exact = new Set(["string", "boolean", "byte", "short", "int", "long", "float", "double"]);
const parsers = { Boolean: "Boolean.parseBoolean", Byte: "Byte.parseByte", Short: "Short.parseShort", Int: "Integer.parseInt", Long: "Long.parseLong", Float: "Float.parseFloat", Double: "Double.parseDouble" } as const;

function text(value: string): string {
  return hasVariables(value) ? `fill(${quoted(value)}, counter)` : quoted(value);
}

function isSimple(any: AnyValue): any is SimpleValue {
  return any.type in setters || any.type === "binary";
}

function property({ name, value: any }: ProgramValue): string[] {
  if (!isSimple(any) || any.type === "binary") return [];
  const { type, value } = any;
  const setter = setters[type];
  const typed =
    setter === "String" ? text(value)
    : hasVariables(value) ? `${parsers[setter]}(${text(value)})`
    : setter === "Boolean" ? value
    : `${parsers[setter]}(${quoted(type === "timestamp" ? String(millisecondsOf(value)) : value)})`;
  return [`                message.set${setter}Property(${quoted(name)}, ${typed});`];
}

/** What holds a value within a body: Java's own types, and Proton's for what Java does not have. */
const classes: Readonly<Record<ProgramValueType, string>> = {
  string: "String", boolean: "Boolean", byte: "Byte", ubyte: "UnsignedByte", short: "Short", ushort: "UnsignedShort", int: "Integer", uint: "UnsignedInteger", long: "Long", ulong: "UnsignedLong", float: "Float", double: "Double",
  timestamp: "java.util.Date", uuid: "java.util.UUID", symbol: "Symbol", binary: "Binary",
};

function literal(any: AnyValue): string {
  switch (any.type) {
    case "null": return "(Object) null";
    case "char": return `(char) ${any.value.codePointAt(0)}`;
    case "list": return `list(${any.items.map(literal).join(", ")})`;
    case "map": return `map(${any.entries.map((entry) => `${quoted(entry.name)}, ${literal(entry.value)}`).join(", ")})`;
    case "array": return `list(${any.items.map(literal).join(", ")})`;
    case "string": return text(any.value);
    case "binary": return `new Binary(java.util.HexFormat.of().parseHex(${quoted(hexOf(any.value))}))`;
    case "uuid": return `java.util.UUID.fromString(${text(any.value)})`;
    case "timestamp": return `new java.util.Date(${hasVariables(any.value) ? `java.time.Instant.parse(${text(any.value)}).toEpochMilli()` : `${millisecondsOf(any.value)}L`})`;
    default: return `${classes[any.type]}.valueOf(${text(any.value)})`;
  }
}

const builders = `
    static java.util.ArrayList<Object> list(Object... items) {
        return new java.util.ArrayList<>(java.util.Arrays.asList(items));
    }

    static java.util.LinkedHashMap<Object, Object> map(Object... entries) {
        var map = new java.util.LinkedHashMap<Object, Object>();
        for (int at = 0; at < entries.length; at += 2) map.put(entries[at], entries[at + 1]);
        return map;
    }
`;

/** Types that an item of a StreamMessage can have: the body of one goes as a sequence. */
const streamed = new Set<string>(["string", "boolean", "byte", "short", "int", "long", "float", "double", "char"]);

function hasArray(any: AnyValue): boolean {
  return any.type === "array" || (any.type === "list" && any.items.some(hasArray)) || (any.type === "map" && any.entries.some((entry) => hasArray(entry.value)));
}

type Making = { readonly kind: "text" | "bytes" | "stream" | "empty" | "object"; readonly lines: readonly string[]; readonly limit?: string };

/** A body in Qpid's own encoding of AMQP's types. */
function object(expression: string, limit?: string): Making {
  const lines = ["ObjectMessage message = context.createObjectMessage();", `message.setBooleanProperty("JMS_AMQP_TYPED_ENCODING", true);`, `message.setObject(${expression});`];
  return { kind: "object", lines, ...(limit === undefined ? {} : { limit }) };
}

/** How a body is made; JMS has text, bytes, streams and, in Qpid's encoding, lists, maps and arrays of any type. */
function makingOf({ body }: ProgramMessage): Making {
  if (body.kind === "text") return { kind: "text", lines: [`TextMessage message = context.createTextMessage(${text(body.text)});`] };
  if (body.kind === "bytes") return { kind: "bytes", lines: ["BytesMessage message = context.createBytesMessage();", `message.writeBytes(java.util.HexFormat.of().parseHex(${quoted(hexOf(body.hex))}));`] };
  if (body.kind === "sequence") {
    if (!body.items.every(({ type }) => streamed.has(type))) return object(literal({ type: "list", items: body.items }), "JMS has sequences of Java's simple types only: this one goes as a list.");
    return { kind: "stream", lines: ["StreamMessage message = context.createStreamMessage();", ...body.items.map((item) => `message.writeObject(${literal(item)});`)] };
  }
  const any = body.value;
  if (any.type === "null") return { kind: "empty", lines: ["Message message = context.createMessage();"] };
  if (any.type === "array") return object(`new ${classes[any.of]}[] {${any.items.map(literal).join(", ")}}`);
  if (any.type === "list" || any.type === "map") return object(literal(any), hasArray(any) ? "Qpid JMS has no way to send an array within a list or a map: it goes as a list." : undefined);
  if (any.type === "binary") return { ...makingOf({ body: { kind: "bytes", hex: any.value } } as ProgramMessage), limit: "JMS has no body with one binary value: the bytes go as data." };
  return { ...makingOf({ body: { kind: "text", text: any.value } } as ProgramMessage), ...(any.type === "string" ? {} : { limit: `JMS has no body with one value of type ${any.type}: it goes as text.` }) };
}

/** The lines that make one message, within a loop of `counter`. */
function makeMessage(message: ProgramMessage): string {
  const lines = [
    ...makingOf(message).lines,
    ...(message.subject === "" ? [] : [`message.setJMSType(${text(message.subject)});`]),
    ...(message.correlationId === "" ? [] : [`message.setJMSCorrelationID(${text(message.correlationId)});`]),
    ...(message.replyTo === "" ? [] : [`message.setJMSReplyTo(context.createQueue(${text(message.replyTo)}));`]),
    ...(message.groupId === "" ? [] : [`message.setStringProperty("JMSXGroupID", ${text(message.groupId)});`]),
    ...(message.groupSequence === null ? [] : [`message.setIntProperty("JMSXGroupSeq", ${message.groupSequence});`]),
  ].map((line) => `                ${line}`);
  return [...lines, ...message.properties.flatMap(property)].join("\n");
}

/** Methods that the making of a message calls. */
function helpers(message: ProgramMessage): string {
  return `${fillsVariables(message) ? fill : ""}${makingOf(message).kind === "object" ? builders : ""}`;
}

function producerOf(message: ProgramMessage): string {
  return [
    "context.createProducer()",
    `setDeliveryMode(DeliveryMode.${message.durable ? "PERSISTENT" : "NON_PERSISTENT"})`,
    ...(message.priority === null ? [] : [`setPriority(${Math.min(9, message.priority)})`]),
    ...(message.timeToLiveMs === null ? [] : [`setTimeToLive(${message.timeToLiveMs})`]),
    "setAsync(outcome)",
  ].join(".");
}

function pause(perSecond: number | null): string {
  return perSecond === null ? "" : `                Thread.sleep(${Math.max(1, Math.round(1000 / perSecond))});\n`;
}

function sender(program: SendProgram, create: string): string {
  return `    public static void main(String[] args) throws Exception {
        int count = ${program.count};
        CountDownLatch settled = new CountDownLatch(count);
        CompletionListener outcome = new CompletionListener() {
            public void onCompletion(Message message) {
                System.out.println("${program.isSettled ? "sent" : "accepted"}");
                settled.countDown();
            }

            public void onException(Message message, Exception reason) {
                System.out.println("rejected " + reason.getMessage());
                settled.countDown();
            }
        };
        try (JMSContext context = factory().createContext()) {
            Destination address = context.${create}(ADDRESS);
            JMSProducer producer = ${producerOf(program)};
            for (int counter = 1; counter <= count; counter++) {
${makeMessage(program)}
                producer.send(address, message);
${pause(program.perSecond)}            }
            settled.await();
        }
    }
${helpers(program)}`;
}

/** Replies come over a session of their own: one session is not for two threads. */
function requester(program: RequestProgram, create: string): string {
  return `    public static void main(String[] args) throws Exception {
        int count = ${program.count};
        var waiting = new java.util.concurrent.ConcurrentHashMap<String, Long>();
        CountDownLatch finished = new CountDownLatch(count);
        CompletionListener outcome = new CompletionListener() {
            public void onCompletion(Message message) {}

            public void onException(Message message, Exception reason) {
                System.out.println("rejected " + reason.getMessage());
                try {
                    if (waiting.remove(message.getJMSCorrelationID()) != null) finished.countDown();
                } catch (JMSException unreadable) {
                    System.err.println(unreadable.getMessage());
                }
            }
        };
        try (JMSContext context = factory().createContext(); JMSContext replying = context.createContext(JMSContext.AUTO_ACKNOWLEDGE)) {
            Destination address = context.${create}(ADDRESS);
            Queue replies = context.createTemporaryQueue();
            replying.createConsumer(replies).setMessageListener(reply -> {
                try {
                    Long sentAt = waiting.remove(reply.getJMSCorrelationID());
                    if (sentAt == null) return;
                    System.out.println("reply " + (reply.isBodyAssignableTo(String.class) ? reply.getBody(String.class) : reply) + " after " + (System.nanoTime() - sentAt) / 1e6 + " ms");
                    finished.countDown();
                } catch (JMSException unreadable) {
                    System.err.println(unreadable.getMessage());
                }
            });
            JMSProducer producer = ${producerOf(program)};
            for (int counter = 1; counter <= count; counter++) {
${makeMessage(program)}
                message.setJMSReplyTo(replies);
${program.correlationId === "" ? "                message.setJMSCorrelationID(java.util.UUID.randomUUID().toString());\n" : ""}                waiting.put(message.getJMSCorrelationID(), System.nanoTime());
                producer.send(address, message);
${pause(program.perSecond)}            }
            if (!finished.await(${program.waitSeconds}, java.util.concurrent.TimeUnit.SECONDS)) waiting.forEach((id, sentAt) -> System.out.println("no reply"));
        }
    }
${helpers(program)}`;
}

const acknowledgeTypes = { accepted: 1, rejected: 2, released: 3, modified: 4 } as const;

/** Without prefetching each message is asked for by itself, and none before somebody asks for more. */
function byHand(credit: number): string {
  return `                if (received == 0) System.out.println("Enter asks for ${credit} more.");
                else if (received % ${credit} == 0) System.in.read();
`;
}

function receiver(program: ReceiveProgram, type: ProgramTarget["addressType"], create: string): string {
  const selector = program.selector === "" ? "null" : quoted(program.selector);
  const isDurable = type === "topic" && program.subscription !== "";
  const isManual = asksByHand(program);
  const consumer = isDurable
    ? program.isShared
      ? `context.createSharedDurableConsumer(context.createTopic(ADDRESS), ${quoted(program.subscription)}, ${selector})`
      : `context.createDurableConsumer(context.createTopic(ADDRESS), ${quoted(program.subscription)}, ${selector}, false)`
    : `context.createConsumer(context.${create}(ADDRESS), ${selector})`;
  if (program.mode === "browse") {
    return `    public static void main(String[] args) throws Exception {
        int most = args.length > 0 ? Integer.parseInt(args[0]) : Integer.MAX_VALUE;
        try (JMSContext context = factory().createContext()) {
            QueueBrowser browser = context.createBrowser(context.createQueue(ADDRESS), ${selector});
            for (var messages = browser.getEnumeration(); most-- > 0 && messages.hasMoreElements();) print((Message) messages.nextElement());
        }
    }

${print}`;
  }
  const kind = program.outcome === "modified" && program.undeliverableHere ? 5 : acknowledgeTypes[program.outcome];
  return `    public static void main(String[] args) throws Exception {
        int most = args.length > 0 ? Integer.parseInt(args[0]) : Integer.MAX_VALUE;
        try (JMSContext context = factory().createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
${isDurable && !program.isShared ? "            context.setClientID(LOGIN);\n" : ""}            JMSConsumer consumer = ${consumer};
            ${isManual ? "for (int received = 0; received < most; received++)" : "while (most-- > 0)"} {
${isManual ? byHand(program.credit) : ""}                Message message = consumer.receive();
                print(message);
                // 1 accepts, 2 rejects, 3 releases, 4 modifies as failed, 5 as failed and undeliverable here.
                message.setIntProperty("JMS_AMQP_ACK_TYPE", ${kind});
                message.acknowledge();
            }
        }
    }

${print}`;
}

const print = `    static void print(Message message) throws JMSException {
        System.out.println("received " + (message.isBodyAssignableTo(String.class) ? message.getBody(String.class) : message));
    }
`;

/** Fields that JMS sets itself or does not have, as the specification calls them. */
const unknownFields = [
  ["messageId", "message-id"], ["userId", "user-id"], ["to", "to"], ["contentType", "content-type"], ["contentEncoding", "content-encoding"], ["absoluteExpiryTime", "absolute-expiry-time"], ["creationTime", "creation-time"],
  ["replyToGroupId", "reply-to-group-id"], ["firstAcquirer", "first-acquirer"], ["deliveryCount", "delivery-count"],
] as const satisfies readonly (readonly [keyof ProgramMessage, string])[];

function limitsOf(program: PaneProgram): string[] {
  if (program.kind === "receive") {
    const { mode, outcome, annotations } = program;
    if (mode === "browse") return [];
    return [...(outcome === "rejected" ? ["JMS has no way to say why a message is rejected."] : []), ...(outcome === "modified" && annotations.length > 0 ? ["JMS has no way to annotate what is modified."] : [])];
  }
  const { limit } = makingOf(program);
  const bent = program.properties.flatMap(({ name, value: { type } }) => (type in setters && !exact.has(type) ? [`${name} (${type})`] : []));
  const left = [...program.properties.filter(({ value: { type } }) => !(type in setters)), ...program.annotations, ...program.deliveryAnnotations, ...program.footer].map(({ name }) => name);
  const fields = unknownFields.flatMap(([field, name]) => (program[field] === "" || program[field] === false || program[field] === null ? [] : [name]));
  return [
    ...(limit === undefined ? [] : [limit]),
    ...(bent.length === 0 ? [] : [`JMS has the types of Java only, so these go as the nearest: ${bent.join(", ")}.`]),
    ...(left.length === 0 ? [] : [`JMS cannot send bytes as a property, nor annotations, nor a footer: ${left.join(", ")}.`]),
    ...(fields.length === 0 ? [] : [`JMS sets these itself, or does not have them: ${fields.join(", ")}.`]),
  ];
}

/** The pane as a program with Qpid JMS; a single source file. */
export function qpidJmsProgram(target: ProgramTarget, program: PaneProgram): Program {
  const isSend = program.kind !== "receive";
  const name = { send: "Send", request: "Request", receive: "Receive" }[program.kind];
  const create = target.addressType === "topic" || target.addressType === "multicast" ? "createTopic" : "createQueue";
  const presettles = program.kind === "send" ? program.isSettled : program.kind === "request" ? false : program.senderSettles === "settled";
  const options = `${isSend ? "" : `&jms.prefetchPolicy.all=${asksByHand(program) ? 0 : program.credit}`}${presettles ? `&jms.presettlePolicy.presettle${isSend ? "Producers" : "Consumers"}=true` : ""}`;
  const uri = target.tls
    ? `amqps://${target.host}:${target.port}?transport.trustStoreLocation=postroom.p12&transport.trustStorePassword=postroom&amqp.saslMechanisms=PLAIN${options}`
    : `amqp://${target.host}:${target.port}?amqp.saslMechanisms=PLAIN${options}`;
  const part = program.kind === "send" ? sender(program, create) : program.kind === "request" ? requester(program, create) : receiver(program, target.addressType, create);
  return {
    id: "qpid-jms", title: "Java (Qpid JMS)", fileName: `${name}.java`,
    install: "mvn dependency:copy-dependencies -DoutputDirectory=lib   # with org.apache.qpid:qpid-jms-client:2.10.0 in pom.xml",
    run: `java -cp "lib/*" ${name}.java`,
    limits: limitsOf(program),
    code: `${target.tls ? `// Once: keytool -importcert -noprompt -alias postroom -file ${certificateFileName} -keystore postroom.p12 -storepass postroom\n` : ""}import jakarta.jms.*;
${isSend ? "import java.util.concurrent.CountDownLatch;\n" : ""}import org.apache.qpid.jms.JmsConnectionFactory;
${isSend && makingOf(program).kind === "object" ? "import org.apache.qpid.proton.amqp.*;\n" : ""}
public class ${name} {
    static final String ADDRESS = ${quoted(target.address)};
    static final String LOGIN = ${quoted(target.login)};

    static JmsConnectionFactory factory() {
        return new JmsConnectionFactory(LOGIN, System.getenv("POSTROOM_SECRET"),
            ${quoted(uri)});
    }

${part}}
`,
  };
}
