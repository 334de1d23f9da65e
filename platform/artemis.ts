import { connect } from "node:net";
import { join } from "node:path";
import { mkdir } from "node:fs/promises";
import type { PartCommand } from "./processes.ts";
import { artemisDirectory, type Profile } from "./profile.ts";
import { writeFileAtomically, type Secrets } from "./secret-files.ts";

/** Users of the broker, and the roles of the same names that its settings speak of. */
export const brokerUsers = { gateway: "gateway", provisioner: "provisioner" } as const;

/** Namespace of the queues that Artemis makes for dynamic nodes, so that settings can name them. */
const temporaryNamespace = "postroom-temporary";
const idleTimeoutMilliseconds = 60_000;

/** Writes the broker's configuration, which is remade at every start, and says how to run it. */
export async function prepareArtemis(profile: Profile, secrets: Secrets): Promise<PartCommand> {
  const instance = join(profile.stateDirectory, "artemis");
  const configuration = join(instance, "etc");
  await mkdir(join(instance, "tmp"), { recursive: true });
  const files: Record<string, string> = {
    "broker.xml": brokerConfiguration(profile.ports.artemis, join(instance, "data")),
    "bootstrap.xml": `<broker xmlns="http://activemq.apache.org/schema">
  <jaas-security domain="activemq"/>
  <server configuration="file:${encodeURI(configuration)}/broker.xml"/>
</broker>
`,
    "login.config": `activemq {
  org.apache.activemq.artemis.spi.core.security.jaas.PropertiesLoginModule required
    org.apache.activemq.jaas.properties.user="users.properties"
    org.apache.activemq.jaas.properties.role="roles.properties";
};
`,
    "users.properties": `${brokerUsers.gateway}=${secrets.gatewayBrokerPassword}\n${brokerUsers.provisioner}=${secrets.provisionerBrokerPassword}\n`,
    "roles.properties": `${brokerUsers.gateway}=${brokerUsers.gateway}\n${brokerUsers.provisioner}=${brokerUsers.provisioner}\n`,
    "management.xml": `<management-context xmlns="http://activemq.apache.org/schema"/>\n`,
    "log4j2.properties": `rootLogger.level=WARN
rootLogger.appenderRef.console.ref=console
logger.server.name=org.apache.activemq.artemis.core.server
logger.server.level=INFO
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %-5level [%logger] %msg%n
`,
  };
  for (const [name, content] of Object.entries(files)) await writeFileAtomically(join(configuration, name), content);
  return {
    name: "artemis",
    title: "Artemis",
    command: process.env.JAVA_HOME ? join(process.env.JAVA_HOME, "bin", "java") : "java",
    args: [
      "-Xms128m", "-Xmx2g", "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError", "-XX:AutoBoxCacheMax=20000",
      "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
      "-Dlog4j2.disableJmx=true",
      `-Dlog4j2.configurationFile=${join(configuration, "log4j2.properties")}`,
      `-Djava.security.auth.login.config=${join(configuration, "login.config")}`,
      `-Dartemis.home=${artemisDirectory}`,
      `-Dartemis.instance=${instance}`,
      `-Dartemis.instance.etc=${configuration}`,
      `-Ddata.dir=${join(instance, "data")}`,
      `-Djava.io.tmpdir=${join(instance, "tmp")}`,
      `-Djava.library.path=${join(artemisDirectory, "bin", "lib", `linux-${process.arch === "arm64" ? "aarch64" : "x86_64"}`)}`,
      "-cp", join(artemisDirectory, "lib", "artemis-boot.jar"),
      "org.apache.activemq.artemis.boot.Artemis", "run",
    ],
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    cwd: instance,
    stopSignal: "SIGTERM",
    readySeconds: 120,
    isReady: (signal) => speaksAmqp(profile.ports.artemis, signal),
  };
}

// The acceptor answers an AMQP header only when the broker behind it is active.
function speaksAmqp(port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", signal }, () => socket.write(Buffer.from("AMQP\x03\x01\x00\x00", "latin1")));
    const answer = (ready: boolean): void => {
      resolve(ready);
      socket.destroy();
    };
    socket.setTimeout(3000, () => answer(false));
    socket.once("data", (bytes) => answer(bytes.subarray(0, 4).toString("latin1") === "AMQP"));
    socket.once("error", () => answer(false));
    socket.once("close", () => answer(false));
  });
}

/**
 * broker.xml. Nothing is created by using it: the provisioner makes addresses and queues. The gateway's user may send,
 * receive and keep durable subscriptions; the management address is the provisioner's alone.
 */
export function brokerConfiguration(port: number, dataDirectory: string): string {
  const { gateway, provisioner } = brokerUsers;
  const both = `${gateway},${provisioner}`;
  const acceptor = [
    "protocols=AMQP",
    "tcpSendBufferSize=1048576",
    "tcpReceiveBufferSize=1048576",
    "amqpCredits=1000",
    "amqpLowCredits=300",
    "amqpMinLargeMessageSize=102400",
    `amqpIdleTimeout=${idleTimeoutMilliseconds}`,
    "amqpDuplicateDetection=true",
    "supportAdvisory=false",
  ].join(";");
  return `<?xml version="1.0" encoding="UTF-8"?>
<configuration xmlns="urn:activemq">
  <core xmlns="urn:activemq:core">
    <name>postroom</name>
    <persistence-enabled>true</persistence-enabled>
    <journal-type>NIO</journal-type>
    <journal-directory>${xml(dataDirectory)}/journal</journal-directory>
    <bindings-directory>${xml(dataDirectory)}/bindings</bindings-directory>
    <paging-directory>${xml(dataDirectory)}/paging</paging-directory>
    <large-messages-directory>${xml(dataDirectory)}/large-messages</large-messages-directory>
    <journal-datasync>true</journal-datasync>
    <journal-min-files>2</journal-min-files>
    <journal-pool-files>10</journal-pool-files>
    <journal-file-size>10M</journal-file-size>
    <journal-buffer-timeout>1000000</journal-buffer-timeout>
    <max-redelivery-records>1</max-redelivery-records>
    <max-disk-usage>95</max-disk-usage>
    <disk-scan-period>5000</disk-scan-period>
    <global-max-size>512M</global-max-size>
    <message-expiry-scan-period>5000</message-expiry-scan-period>
    <address-queue-scan-period>30000</address-queue-scan-period>
    <temporary-queue-namespace>${temporaryNamespace}</temporary-queue-namespace>
    <jmx-management-enabled>false</jmx-management-enabled>
    <acceptors>
      <acceptor name="amqp">tcp://127.0.0.1:${port}?${xml(acceptor)}</acceptor>
    </acceptors>
    <security-settings>
      <security-setting match="#">
        ${permissions(["send", "consume", "browse", "createDurableQueue", "deleteDurableQueue", "createNonDurableQueue", "deleteNonDurableQueue"], both)}
        ${permissions(["createAddress", "deleteAddress"], provisioner)}
      </security-setting>
      <security-setting match="${temporaryNamespace}.#">
        ${permissions(["send", "consume", "browse", "createNonDurableQueue", "deleteNonDurableQueue", "createAddress", "deleteAddress"], both)}
      </security-setting>
      <security-setting match="activemq.management.#">
        ${permissions(["manage", "send", "consume", "createNonDurableQueue", "deleteNonDurableQueue", "createAddress", "deleteAddress"], provisioner)}
      </security-setting>
      <security-setting match="activemq.notifications">
        ${permissions(["consume", "createNonDurableQueue", "deleteNonDurableQueue"], provisioner)}
      </security-setting>
      <security-setting match="$sys.#">
        ${permissions(["consume", "send"], provisioner)}
      </security-setting>
    </security-settings>
    <address-settings>
      <address-setting match="#">
        <auto-create-queues>false</auto-create-queues>
        <auto-create-addresses>false</auto-create-addresses>
        <auto-delete-queues>false</auto-delete-queues>
        <auto-delete-addresses>false</auto-delete-addresses>
        <address-full-policy>PAGE</address-full-policy>
        <max-size-bytes>10M</max-size-bytes>
        <page-size-bytes>1M</page-size-bytes>
        <max-delivery-attempts>10</max-delivery-attempts>
      </address-setting>
      <address-setting match="${temporaryNamespace}.#">
        <auto-create-queues>true</auto-create-queues>
        <auto-create-addresses>true</auto-create-addresses>
        <auto-delete-queues>true</auto-delete-queues>
        <auto-delete-addresses>true</auto-delete-addresses>
        <address-full-policy>FAIL</address-full-policy>
        <max-size-bytes>10M</max-size-bytes>
        <page-size-bytes>1M</page-size-bytes>
      </address-setting>
    </address-settings>
  </core>
</configuration>
`;
}

function permissions(types: readonly string[], roles: string): string {
  return types.map((type) => `<permission type="${type}" roles="${roles}"/>`).join("\n        ");
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
