import { z } from "zod";

const url = z.url({ protocol: /^https?$/, error: "must be an address that starts with http:// or https://" })
  .transform((value) => value.replace(/\/+$/, ""));

/** An entrance shown to people; empty or missing means that the operator has switched it off. */
function entrance(protocol: string) {
  return z
    .string()
    .default("")
    .refine((value) => value === "" || value.startsWith(`${protocol}://`), `must start with ${protocol}:// or be empty`)
    .transform((value) => (value === "" ? null : value));
}

const file = z.string("must name a file").min(1, "must name a file");

/** Every variable that the process reads. */
export const environmentSchema = z.object({
  CONSOLE_URL: url,
  DATABASE_URL: z.string("must be a postgresql:// address").regex(/^postgres(ql)?:\/\//, "must be a postgresql:// address"),
  DATABASE_POOL_SIZE: z.coerce.number("must be a whole number").int("must be a whole number").min(1).max(200).default(10),
  KEYCLOAK_URL: url,
  KEYCLOAK_REALM: z.string().min(1, "must not be empty").default("postroom"),
  KEYCLOAK_CLIENT_ID: z.string().min(1, "must not be empty").default("console"),
  AMQP_PUBLIC_URL: entrance("amqp"),
  AMQPS_PUBLIC_URL: entrance("amqps"),
  WEBSOCKET_PUBLIC_URL: entrance("ws"),
  SECURE_WEBSOCKET_PUBLIC_URL: entrance("wss"),
  TICKET_PRIVATE_KEY_FILE: file,
  SEALING_PUBLIC_KEY_FILE: file,
  TLS_CERTIFICATE_FILE: z.string().default("").transform((value) => (value === "" ? null : value)),
  INVITATIONS_BY_MAIL: z.enum(["true", "false"], "must be true or false").default("false").transform((value) => value === "true"),
  TRUSTED_PROXIES: z.coerce.number("must be a whole number").int("must be a whole number").min(0).max(10).default(0),
  METRICS_PORT: z
    .string()
    .default("")
    .refine((value) => value === "" || (/^\d{1,5}$/.test(value) && Number(value) <= 65_535), "must be a port number or be empty")
    .transform((value) => (value === "" ? null : Number(value))),
  METRICS_HOST: z.string().min(1, "must not be empty").default("127.0.0.1"),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], "must be a pino level such as info").default("info"),
});

/** The console's configuration; the table in docs/architecture.md says what each variable means. */
export type Env = z.infer<typeof environmentSchema>;

/** Configuration that cannot be used; the message has one sentence for each variable that is wrong or missing. */
export class EnvError extends Error {}

/**
 * Reads the console's configuration.
 * @throws EnvError naming every variable that is wrong or missing, without repeating values (they may be secrets).
 */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const parsed = environmentSchema.safeParse(source);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return source[name] === undefined ? `${name} is not set; it ${mustBe(issue.message)}.` : `${name} ${mustBe(issue.message)}.`;
  });
  throw new EnvError([...new Set(sentences)].join("\n"));
}

function mustBe(message: string): string {
  return message.startsWith("must") ? message : `is not usable: ${message}`;
}

let current: Env | undefined;

/** The process' configuration, read once. @throws EnvError */
export function env(): Env {
  current ??= parseEnv(process.env);
  return current;
}
