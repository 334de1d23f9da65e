import { readFileSync } from "node:fs";
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
  readonly health: { readonly host: string; readonly port: number };
  readonly logLevel: string;
}

const port = z.coerce.number().int().min(0).max(65_535);
const optionalPort = (fallback: string) => z.string().default(fallback).transform((text, context) => {
  if (text === "") return null;
  const parsed = port.safeParse(text);
  if (parsed.success) return parsed.data;
  context.addIssue({ code: "custom", message: "must be a port number, or empty to close this entrance" });
  return z.NEVER;
});

const environmentSchema = z.object({
  KEYCLOAK_URL: z.url(),
  KEYCLOAK_REALM: z.string().min(1).default("postroom"),
  TICKET_PUBLIC_KEY_FILE: z.string().default(""),
  TLS_CERTIFICATE_FILE: z.string().default(""),
  TLS_PRIVATE_KEY_FILE: z.string().default(""),
  BROKER_URLS: z.string().default(""),
  MANAGEMENT_USERNAME: z.string().min(1),
  MANAGEMENT_PASSWORD: z.string().min(1),
  MANAGEMENT_HOST: z.string().default("127.0.0.1"),
  MANAGEMENT_PORT: port.default(55_672),
  LISTEN_HOST: z.string().default("0.0.0.0"),
  AMQP_PORT: optionalPort("5672"),
  AMQPS_PORT: optionalPort("5671"),
  WEBSOCKET_PORT: optionalPort("8081"),
  SECURE_WEBSOCKET_PORT: optionalPort("8443"),
  WEBSOCKET_ORIGINS: z.string().default(""),
  ALLOW_PLAIN_WITHOUT_TLS: z.enum(["loopback", "always", "never"]).default("loopback"),
  HEALTH_HOST: z.string().default("127.0.0.1"),
  HEALTH_PORT: port.default(8090),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

/**
 * Reads the gateway's configuration from environment variables.
 *
 * @throws Error in one sentence that names the variable and what it must be
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): GatewayConfig {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0]);
    const what = environment[name] === undefined ? "is missing" : `is wrong: ${issue?.message}`;
    throw new Error(`The environment variable ${name} ${what}.`);
  }
  const values = parsed.data;
  const hasCertificate = values.TLS_CERTIFICATE_FILE !== "" && values.TLS_PRIVATE_KEY_FILE !== "";
  if (!hasCertificate && (values.AMQPS_PORT !== null || values.SECURE_WEBSOCKET_PORT !== null)) {
    throw new Error("The environment variables TLS_CERTIFICATE_FILE and TLS_PRIVATE_KEY_FILE are missing; set them, or set AMQPS_PORT and SECURE_WEBSOCKET_PORT to nothing.");
  }
  return {
    keycloakUrl: values.KEYCLOAK_URL,
    keycloakRealm: values.KEYCLOAK_REALM,
    ticketPublicKey: values.TICKET_PUBLIC_KEY_FILE === "" ? null : readKey(values.TICKET_PUBLIC_KEY_FILE),
    certificate: hasCertificate ? { certificateFile: values.TLS_CERTIFICATE_FILE, keyFile: values.TLS_PRIVATE_KEY_FILE } : null,
    brokers: readBrokers(values.BROKER_URLS),
    management: { host: values.MANAGEMENT_HOST, port: values.MANAGEMENT_PORT, username: values.MANAGEMENT_USERNAME, password: values.MANAGEMENT_PASSWORD },
    listenHost: values.LISTEN_HOST,
    amqpPort: values.AMQP_PORT,
    amqpsPort: values.AMQPS_PORT,
    webSocketPort: values.WEBSOCKET_PORT,
    secureWebSocketPort: values.SECURE_WEBSOCKET_PORT,
    webSocketOrigins: values.WEBSOCKET_ORIGINS.split(",").map((origin) => origin.trim()).filter((origin) => origin !== ""),
    plainWithoutTls: values.ALLOW_PLAIN_WITHOUT_TLS,
    health: { host: values.HEALTH_HOST, port: values.HEALTH_PORT },
    logLevel: values.LOG_LEVEL,
  };
}

function readKey(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`The environment variable TICKET_PUBLIC_KEY_FILE names ${file}, which cannot be read.`, { cause });
  }
}

function readBrokers(text: string): Broker[] {
  try {
    return parseBrokers(text);
  } catch (cause) {
    throw new Error(`The environment variable BROKER_URLS is wrong: ${(cause as Error).message}`, { cause });
  }
}
