import { fillsVariables, hasVariables, hexOf, millisecondsOf, type PaneProgram, type Program, type ProgramTarget, type ProgramValue, quoted, type ReceiveProgram, type SendProgram } from "./pane-program.ts";
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

function property({ name, type, value }: ProgramValue): string[] {
  if (type === "binary") return [];
  const setter = setters[type];
  const typed =
    setter === "String" ? text(value)
    : hasVariables(value) ? `${parsers[setter]}(${text(value)})`
    : setter === "Boolean" ? value
    : `${parsers[setter]}(${quoted(type === "timestamp" ? String(millisecondsOf(value)) : value)})`;
  return [`                message.set${setter}Property(${quoted(name)}, ${typed});`];
}

function sender(program: SendProgram, create: string): string {
  const { body, perSecond } = program;
  const lines = [
    body.kind === "text"
      ? `                TextMessage message = context.createTextMessage(${text(body.text)});`
      : `                BytesMessage message = context.createBytesMessage();\n                message.writeBytes(java.util.HexFormat.of().parseHex(${quoted(hexOf(body.hex))}));`,
    ...(program.subject === "" ? [] : [`                message.setJMSType(${text(program.subject)});`]),
    ...(program.correlationId === "" ? [] : [`                message.setJMSCorrelationID(${text(program.correlationId)});`]),
    ...(program.replyTo === "" ? [] : [`                message.setJMSReplyTo(context.createQueue(${text(program.replyTo)}));`]),
    ...(program.groupId === "" ? [] : [`                message.setStringProperty("JMSXGroupID", ${text(program.groupId)});`]),
    ...program.properties.flatMap(property),
  ];
  const producer = [
    `setDeliveryMode(DeliveryMode.${program.durable ? "PERSISTENT" : "NON_PERSISTENT"})`,
    ...(program.priority === null ? [] : [`setPriority(${Math.min(9, program.priority)})`]),
    ...(program.timeToLiveMs === null ? [] : [`setTimeToLive(${program.timeToLiveMs})`]),
    "setAsync(outcome)",
  ];
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
            JMSProducer producer = context.createProducer()${producer.map((call) => `.${call}`).join("")};
            for (int counter = 1; counter <= count; counter++) {
${lines.join("\n")}
                producer.send(address, message);
${perSecond === null ? "" : `                Thread.sleep(${Math.max(1, Math.round(1000 / perSecond))});\n`}            }
            settled.await();
        }
    }
${fillsVariables(program) ? fill : ""}`;
}

const acknowledgeTypes = { accepted: 1, rejected: 2, released: 3, modified: 4 } as const;

function receiver(program: ReceiveProgram, type: ProgramTarget["addressType"], create: string): string {
  const selector = program.selector === "" ? "null" : quoted(program.selector);
  const isDurable = type === "topic" && program.subscription !== "";
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
            while (most-- > 0) {
                Message message = consumer.receive();
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

function limitsOf(program: PaneProgram): string[] {
  if (program.kind === "receive") {
    return program.mode === "take" && program.outcome === "rejected" ? ["JMS has no way to say why a message is rejected."] : [];
  }
  const bent = program.properties.filter(({ type }) => !exact.has(type) && type !== "binary").map(({ name, type }) => `${name} (${type})`);
  const left = [...program.properties.filter(({ type }) => type === "binary"), ...program.annotations].map(({ name }) => name);
  return [
    ...(bent.length === 0 ? [] : [`JMS has the types of Java only, so these go as the nearest: ${bent.join(", ")}.`]),
    ...(left.length === 0 ? [] : [`JMS cannot send bytes as a property, nor annotations: ${left.join(", ")}.`]),
    ...(program.to === "" && program.contentType === "" ? [] : ["JMS sets to and content type itself."]),
  ];
}

/** The pane as a program with Qpid JMS; a single source file. */
export function qpidJmsProgram(target: ProgramTarget, program: PaneProgram): Program {
  const isSend = program.kind === "send";
  const name = isSend ? "Send" : "Receive";
  const create = target.addressType === "topic" || target.addressType === "multicast" ? "createTopic" : "createQueue";
  const presettles = isSend ? program.isSettled : program.senderSettles === "settled";
  const options = `${isSend ? "" : `&jms.prefetchPolicy.all=${program.credit}`}${presettles ? `&jms.presettlePolicy.presettle${isSend ? "Producers" : "Consumers"}=true` : ""}`;
  const uri = target.tls
    ? `amqps://${target.host}:${target.port}?transport.trustStoreLocation=postroom.p12&transport.trustStorePassword=postroom&amqp.saslMechanisms=PLAIN${options}`
    : `amqp://${target.host}:${target.port}?amqp.saslMechanisms=PLAIN${options}`;
  return {
    id: "qpid-jms", title: "Java (Qpid JMS)", fileName: `${name}.java`,
    install: "mvn dependency:copy-dependencies -DoutputDirectory=lib   # with org.apache.qpid:qpid-jms-client:2.10.0 in pom.xml",
    run: `java -cp "lib/*" ${name}.java`,
    limits: limitsOf(program),
    code: `${target.tls ? `// Once: keytool -importcert -noprompt -alias postroom -file ${certificateFileName} -keystore postroom.p12 -storepass postroom\n` : ""}import jakarta.jms.*;
${isSend ? "import java.util.concurrent.CountDownLatch;\n" : ""}import org.apache.qpid.jms.JmsConnectionFactory;

public class ${name} {
    static final String ADDRESS = ${quoted(target.address)};
    static final String LOGIN = ${quoted(target.login)};

    static JmsConnectionFactory factory() {
        return new JmsConnectionFactory(LOGIN, System.getenv("POSTROOM_SECRET"),
            ${quoted(uri)});
    }

${isSend ? sender(program, create) : receiver(program, target.addressType, create)}}
`,
  };
}
