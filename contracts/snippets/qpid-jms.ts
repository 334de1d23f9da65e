import { takesMessages } from "../addresses/address-type.ts";
import { certificateFileName, type Snippet, type SnippetTarget } from "./snippet.ts";

const accepted = `
    /** Direct addresses settle with the consumer's outcome, so the program sends without waiting and then receives. */
    static class Accepted implements CompletionListener {
        public void onCompletion(Message message) {
            System.out.println("accepted");
        }

        public void onException(Message message, Exception reason) {
            System.err.println("rejected: " + reason.getMessage());
        }
    }
`;

/** A program with Qpid JMS (Java) that sends one message and receives it, of a subscription receives one; run as a single source file. */
export function qpidJmsSnippet(target: SnippetTarget): Snippet {
  const uri = target.tls
    ? `amqps://${target.host}:${target.port}?transport.trustStoreLocation=postroom.p12&transport.trustStorePassword=postroom&amqp.saslMechanisms=PLAIN`
    : `amqp://${target.host}:${target.port}?amqp.saslMechanisms=PLAIN`;
  const create = target.addressType === "topic" || target.addressType === "multicast" ? "createTopic" : "createQueue";
  const sends = takesMessages(target.addressType);
  const trustStore = target.tls
    ? `// Once: keytool -importcert -noprompt -alias postroom -file ${certificateFileName} -keystore postroom.p12 -storepass postroom\n`
    : "";
  return {
    id: "qpid-jms",
    title: "Java (Qpid JMS)",
    language: "java",
    fileName: "TryPostroom.java",
    install: "mvn dependency:copy-dependencies -DoutputDirectory=lib   # with org.apache.qpid:qpid-jms-client:2.10.0 in pom.xml",
    run: `java -cp "lib/*" TryPostroom.java`,
    code: `${trustStore}import jakarta.jms.*;
import org.apache.qpid.jms.JmsConnectionFactory;

public class TryPostroom {
    public static void main(String[] args) throws JMSException {
        JmsConnectionFactory factory = new JmsConnectionFactory(
            "${target.login}", System.getenv("POSTROOM_SECRET"),
            "${uri}");
        try (JMSContext context = factory.createContext()) {
            Destination address = context.${create}(${JSON.stringify(target.address)});
            JMSConsumer consumer = context.createConsumer(address);
${sends ? `            context.createProducer().setAsync(new Accepted()).send(address, "Hello from Qpid JMS");\n` : ""}            System.out.println("received " + consumer.receiveBody(String.class, 10_000));
        }
    }
${sends ? accepted : ""}}
`,
  };
}
