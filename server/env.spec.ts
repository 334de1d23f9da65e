import { describe, expect, it } from "vitest";
import { EnvError, parseEnv } from "./env.ts";

const good = {
  CONSOLE_URL: "http://localhost:3000/",
  DATABASE_URL: "postgresql://postroom_console:secret@localhost/postroom",
  KEYCLOAK_URL: "http://localhost:8180",
  TICKET_PRIVATE_KEY_FILE: "/keys/ticket.pem",
  SEALING_PUBLIC_KEY_FILE: "/keys/sealing.pem",
};

function complaint(changes: Record<string, string | undefined>): string {
  try {
    parseEnv({ ...good, ...changes });
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(EnvError);
    return (error as Error).message;
  }
}

describe("the console's configuration", () => {
  it("needs five variables and has defaults for the others", () => {
    expect(parseEnv(good)).toMatchObject({
      CONSOLE_URL: "http://localhost:3000", KEYCLOAK_REALM: "postroom", KEYCLOAK_CLIENT_ID: "console", DATABASE_POOL_SIZE: 10,
      AMQP_PUBLIC_URL: null, TLS_CERTIFICATE_FILE: null, LOG_LEVEL: "info",
    });
  });

  it.each([
    ["CONSOLE_URL", "localhost:3000", "CONSOLE_URL must be an address that starts with http:// or https://."],
    ["KEYCLOAK_URL", undefined, "KEYCLOAK_URL is not set; it must be an address that starts with http:// or https://."],
    ["DATABASE_URL", "mysql://x", "DATABASE_URL must be a postgresql:// address."],
    ["DATABASE_URL", undefined, "DATABASE_URL is not set; it must be a postgresql:// address."],
    ["DATABASE_POOL_SIZE", "many", "DATABASE_POOL_SIZE must be a whole number."],
    ["AMQP_PUBLIC_URL", "http://x", "AMQP_PUBLIC_URL must start with amqp:// or be empty."],
    ["SECURE_WEBSOCKET_PUBLIC_URL", "ws://x", "SECURE_WEBSOCKET_PUBLIC_URL must start with wss:// or be empty."],
    ["TICKET_PRIVATE_KEY_FILE", "", "TICKET_PRIVATE_KEY_FILE must name a file."],
    ["SEALING_PUBLIC_KEY_FILE", undefined, "SEALING_PUBLIC_KEY_FILE is not set; it must name a file."],
    ["METRICS_PORT", "70000", "METRICS_PORT must be a port number or be empty."],
    ["KEYCLOAK_REALM", "", "KEYCLOAK_REALM must not be empty."],
    ["LOG_LEVEL", "loud", "LOG_LEVEL must be a pino level such as info."],
  ])("says in one sentence what is wrong with %s=%s", (name, value, sentence) => {
    expect(complaint({ [name]: value })).toBe(sentence);
  });

  it("has a sentence for each of several, and repeats no value", () => {
    const message = complaint({ DATABASE_URL: "mysql://root:hunter2@x", KEYCLOAK_URL: "", CONSOLE_URL: undefined });
    expect(message.split("\n")).toHaveLength(3);
    expect(message).not.toContain("hunter2");
  });
});
