import { createPrivateKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";

/** A broker or a gateway's management, taken from `name=amqp://user:password@host:port`, or `amqps`. */
export interface NamedEndpoint {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly isEncrypted?: boolean;
  readonly username: string;
  readonly password: string;
}

const defaultPorts = { "amqp:": 5672, "amqps:": 5671 } as const;
const namedUrlForm = "must be a comma-separated list of name=amqp://user:password@host:port";

const namedEndpoints = z.string(namedUrlForm).transform((text, context): NamedEndpoint[] => {
  const endpoints: NamedEndpoint[] = [];
  for (const part of text.split(",").map((each) => each.trim()).filter((each) => each !== "")) {
    const divider = part.indexOf("=");
    const name = part.slice(0, divider);
    const url = URL.parse(part.slice(divider + 1));
    if (divider < 1 || !/^[a-z][-a-z0-9]{0,31}$/.test(name) || (url?.protocol !== "amqp:" && url?.protocol !== "amqps:") || url.hostname === "") {
      context.addIssue({ code: "custom", message: namedUrlForm });
      return z.NEVER;
    }
    if (endpoints.some((other) => other.name === name)) {
      context.addIssue({ code: "custom", message: `must not use the name ${name} twice` });
      return z.NEVER;
    }
    endpoints.push({
      name,
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port === "" ? defaultPorts[url.protocol] : Number(url.port),
      isEncrypted: url.protocol === "amqps:",
      username: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
    });
  }
  if (endpoints.length === 0) context.addIssue({ code: "custom", message: namedUrlForm });
  return endpoints;
});

const byteUnits = { MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;
const capacitiesForm = "must be a comma-separated list of name=size with sizes such as 200GiB (MiB, GiB, TiB)";

const brokerCapacities = z.string(capacitiesForm).default("").transform((text, context): ReadonlyMap<string, number> => {
  const capacities = new Map<string, number>();
  for (const part of text.split(",").map((each) => each.trim()).filter((each) => each !== "")) {
    const [, name, size, unit] = /^([a-z][-a-z0-9]{0,31})=([1-9]\d{0,6})(MiB|GiB|TiB)$/.exec(part) ?? [];
    if (name === undefined || capacities.has(name)) {
      context.addIssue({ code: "custom", message: capacitiesForm });
      return z.NEVER;
    }
    capacities.set(name, Number(size) * byteUnits[unit as keyof typeof byteUnits]);
  }
  return capacities;
});

const privateKeyFile = z.string("must name a file").transform((path, context): KeyObject => {
  try {
    const key = createPrivateKey(readFileSync(path));
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    // The issue below says all that the operator needs.
  }
  context.addIssue({ code: "custom", message: "must name a readable PEM file with an RSA private key" });
  return z.NEVER;
});

const variables = z.object({
  DATABASE_URL: z.string("must be a postgresql:// address").regex(/^postgres(ql)?:\/\//, "must be a postgresql:// address"),
  KEYCLOAK_URL: z.url({ protocol: /^https?$/, error: "must be an address that starts with http:// or https://" })
    .transform((value) => value.replace(/\/+$/, "")),
  KEYCLOAK_REALM: z.string().min(1, "must not be empty").default("postroom"),
  KEYCLOAK_CLIENT_ID: z.string().min(1, "must not be empty").default("provisioner"),
  KEYCLOAK_CLIENT_SECRET: z.string("must hold the secret of the Keycloak client of the provisioner").min(1, "must not be empty"),
  SEALING_PRIVATE_KEY_FILE: privateKeyFile,
  BROKER_URLS: namedEndpoints,
  BROKER_CAPACITIES: brokerCapacities,
  GATEWAY_MANAGEMENT_URLS: namedEndpoints,
  SMTP_URL: z.string().default("").transform((text, context): URL | null => {
    if (text === "") return null;
    const url = URL.parse(text);
    if (url !== null && ["smtp:", "smtps:"].includes(url.protocol) && url.hostname !== "") return url;
    context.addIssue({ code: "custom", message: "must be smtp://user:password@host:port or smtps://…, or empty" });
    return z.NEVER;
  }),
  MAIL_FROM: z.string().default(""),
  AUDIT_RETENTION_DAYS: z.coerce.number("must be a number of days").int("must be a number of days").min(30, "must be at least 30").default(400),
  STATISTICS_INTERVAL_SECONDS: z.coerce.number("must be a number of seconds").min(1, "must be at least 1").max(300, "must be at most 300").default(10),
  HEALTH_HOST: z.string().min(1, "must not be empty").default("127.0.0.1"),
  HEALTH_PORT: z.coerce.number("must be a port number").int("must be a port number").min(0, "must be a port number").max(65_535, "must be a port number").default(8091),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], "must be a pino level such as info").default("info"),
});

/** Every variable that the process reads. */
export const environmentSchema = variables
  .refine(({ SMTP_URL, MAIL_FROM }) => SMTP_URL === null || MAIL_FROM !== "", { path: ["MAIL_FROM"], message: "must hold the sender's e-mail address when SMTP_URL is set" })
  .refine(({ BROKER_URLS, BROKER_CAPACITIES: capacities }) => capacities.size === 0 || (capacities.size === BROKER_URLS.length && BROKER_URLS.every(({ name }) => capacities.has(name))), {
    path: ["BROKER_CAPACITIES"],
    message: "must name each broker of BROKER_URLS, or none",
  });

/** The provisioner's configuration; the table in docs/architecture.md says what each variable means. */
export type Env = z.infer<typeof environmentSchema>;

/** Configuration that cannot be used; the message has one sentence for each variable that is wrong or missing. */
export class EnvError extends Error {}

/**
 * Reads the provisioner's configuration, and the key file that it names.
 * @throws EnvError naming every variable that is wrong or missing, without repeating values (they may be secrets).
 */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const parsed = environmentSchema.safeParse(source);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return source[name] === undefined ? `${name} is not set; it ${issue.message}.` : `${name} ${issue.message}.`;
  });
  throw new EnvError([...new Set(sentences)].join("\n"));
}

/** The process' configuration. @throws EnvError */
export function readEnv(): Env {
  return parseEnv(process.env);
}
