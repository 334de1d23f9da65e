import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { z } from "zod";
import type { PlainWithoutTls } from "./entrance/entrance.ts";
import { type Broker, parseBrokers } from "./relay/broker.ts";

/** Configuration of a gateway. Ports of entrances are null when they are closed, and 0 for any free one. */
export interface GatewayConfig {
  readonly keycloakUrl: string;
  readonly keycloakRealm: string;
  /** PEM of the console's ticket key; null when tickets are not taken. */
  readonly ticketPublicKey: string | null;
  readonly certificate: { readonly certificateFile: string; readonly keyFile: string } | null;
  readonly brokers: readonly Broker[];
  readonly management: { readonly host: string; readonly port: number; readonly username: string; readonly password: string };
  readonly listenHost: string;
  readonly amqpPort: number | null;
  readonly amqpsPort: number | null;
  readonly webSocketPort: number | null;
  readonly secureWebSocketPort: number | null;
  readonly webSocketOrigins: readonly string[];
  readonly plainWithoutTls: PlainWithoutTls;
  readonly protocolErrorsPerSecond: number;
  readonly connectionsPerSecond: number;
  readonly linksPerSecond: number;
  readonly largeMessageBytesPerSecond: number;
  readonly health: { readonly host: string; readonly port: number };
  readonly logLevel: string;
}

const aboveZero = "must be a number above 0";
const rate = z.coerce.number(aboveZero).positive(aboveZero);
const portNumber = "must be a port number";
const port = z.coerce.number(portNumber).int(portNumber).min(0, portNumber).max(65_535, portNumber);
const optionalPort = (fallback: string) => z.string().default(fallback).transform((text, context) => {
  if (text === "") return null;
  const parsed = port.safeParse(text);
  if (parsed.success) return parsed.data;
  context.addIssue({ code: "custom", message: "must be a port number, or empty to close this entrance" });
  return z.NEVER;
});

/** @param need what the variable must be, the end of a sentence */
const filled = (need: string) => z.string(need).min(1, need);

const ticketKey = z.string().default("").transform((file, context): string | null => {
  if (file === "") return null;
  try {
    const pem = readFileSync(file, "utf8");
    if (createPublicKey(pem).asymmetricKeyType === "ed25519") return pem;
  } catch {
    // The issue below says all that the operator needs.
  }
  context.addIssue({ code: "custom", message: "must name a readable PEM file with an Ed25519 public key, or be empty to take no tickets" });
  return z.NEVER;
});

const brokers = z.string().default("").transform((text, context): Broker[] => {
  try {
    return parseBrokers(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: `is not usable: ${(error as Error).message.replace(/\.$/, "")}` });
    return z.NEVER;
  }
});

/** Every variable that the process reads. */
export const environmentSchema = z.object({
  KEYCLOAK_URL: z.url({ protocol: /^https?$/, error: "must be an address that starts with http:// or https://" }),
  KEYCLOAK_REALM: filled("must not be empty").default("postroom"),
  TICKET_PUBLIC_KEY_FILE: ticketKey,
  TLS_CERTIFICATE_FILE: z.string().default(""),
  TLS_PRIVATE_KEY_FILE: z.string().default(""),
  BROKER_URLS: brokers,
  MANAGEMENT_USERNAME: filled("must be the login of the provisioner"),
  MANAGEMENT_PASSWORD: filled("must be the password of the provisioner's login"),
  MANAGEMENT_HOST: z.string().default("127.0.0.1"),
  MANAGEMENT_PORT: port.default(55_672),
  LISTEN_HOST: z.string().default("0.0.0.0"),
  AMQP_PORT: optionalPort("5672"),
  AMQPS_PORT: optionalPort("5671"),
  WEBSOCKET_PORT: optionalPort("8081"),
  SECURE_WEBSOCKET_PORT: optionalPort("8443"),
  WEBSOCKET_ORIGINS: z.string().default(""),
  ALLOW_PLAIN_WITHOUT_TLS: z.enum(["loopback", "always", "never"], "must be loopback, always or never").default("loopback"),
  PROTOCOL_ERRORS_PER_SECOND: rate.default(5),
  CONNECTIONS_PER_SECOND: rate.default(100),
  LINKS_PER_SECOND: rate.default(500),
  LARGE_MESSAGE_BYTES_PER_SECOND: rate.default(50_000_000),
  HEALTH_HOST: z.string().default("127.0.0.1"),
  HEALTH_PORT: port.default(8090),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], "must be a pino level such as info").default("info"),
});

/** Configuration that cannot be used; the message has one sentence for each variable that is wrong or missing. */
export class EnvError extends Error {}

/**
 * Reads the gateway's configuration from environment variables, and the key files that they name.
 * @throws EnvError naming every variable that is wrong or missing, without repeating values (they may be secrets)
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): GatewayConfig {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const sentences = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return environment[name] === undefined ? `${name} is not set; it ${issue.message}.` : `${name} ${issue.message}.`;
    });
    throw new EnvError([...new Set(sentences)].join("\n"));
  }
  const values = parsed.data;
  const hasCertificate = values.TLS_CERTIFICATE_FILE !== "" && values.TLS_PRIVATE_KEY_FILE !== "";
  if (!hasCertificate && (values.AMQPS_PORT !== null || values.SECURE_WEBSOCKET_PORT !== null)) {
    throw new EnvError("TLS_CERTIFICATE_FILE and TLS_PRIVATE_KEY_FILE must both name a file; set them, or set AMQPS_PORT and SECURE_WEBSOCKET_PORT to nothing.");
  }
  if (hasCertificate) checkCertificate(values.TLS_CERTIFICATE_FILE, values.TLS_PRIVATE_KEY_FILE);
  return {
    keycloakUrl: values.KEYCLOAK_URL,
    keycloakRealm: values.KEYCLOAK_REALM,
    ticketPublicKey: values.TICKET_PUBLIC_KEY_FILE,
    certificate: hasCertificate ? { certificateFile: values.TLS_CERTIFICATE_FILE, keyFile: values.TLS_PRIVATE_KEY_FILE } : null,
    brokers: values.BROKER_URLS,
    management: { host: values.MANAGEMENT_HOST, port: values.MANAGEMENT_PORT, username: values.MANAGEMENT_USERNAME, password: values.MANAGEMENT_PASSWORD },
    listenHost: values.LISTEN_HOST,
    amqpPort: values.AMQP_PORT,
    amqpsPort: values.AMQPS_PORT,
    webSocketPort: values.WEBSOCKET_PORT,
    secureWebSocketPort: values.SECURE_WEBSOCKET_PORT,
    webSocketOrigins: values.WEBSOCKET_ORIGINS.split(",").map((origin) => origin.trim()).filter((origin) => origin !== ""),
    protocolErrorsPerSecond: values.PROTOCOL_ERRORS_PER_SECOND,
    connectionsPerSecond: values.CONNECTIONS_PER_SECOND,
    linksPerSecond: values.LINKS_PER_SECOND,
    largeMessageBytesPerSecond: values.LARGE_MESSAGE_BYTES_PER_SECOND,
    plainWithoutTls: values.ALLOW_PLAIN_WITHOUT_TLS,
    health: { host: values.HEALTH_HOST, port: values.HEALTH_PORT },
    logLevel: values.LOG_LEVEL,
  };
}

function checkCertificate(certificateFile: string, keyFile: string): void {
  try {
    createSecureContext({ cert: readFileSync(certificateFile), key: readFileSync(keyFile) });
  } catch (cause) {
    throw new EnvError("TLS_CERTIFICATE_FILE and TLS_PRIVATE_KEY_FILE must name readable PEM files with a certificate and its private key.", { cause });
  }
}
