import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { EnvError, parseEnv } from "./env.ts";

const directory = mkdtempSync(join(tmpdir(), "provisioner-env-"));
const keyFile = join(directory, "key.pem");
writeFileSync(keyFile, generateKeyPairSync("rsa", { modulusLength: 2048, publicKeyEncoding: { type: "spki", format: "pem" }, privateKeyEncoding: { type: "pkcs8", format: "pem" } }).privateKey);
afterAll(() => rmSync(directory, { recursive: true }));

const good = {
  DATABASE_URL: "postgresql://someone:pass@127.0.0.1:5432/postroom",
  KEYCLOAK_URL: "http://localhost:8180/",
  KEYCLOAK_CLIENT_SECRET: "hush",
  SEALING_PRIVATE_KEY_FILE: keyFile,
  BROKER_URLS: "main=amqp://provisioner:p%40ss@127.0.0.1:61616, second=amqps://u:p@[::1]",
  GATEWAY_MANAGEMENT_URLS: "main=amqp://provisioner:secret@127.0.0.1:55672",
};

function complaint(changes: Record<string, string | undefined>): string {
  try {
    parseEnv({ ...good, ...changes });
  } catch (error) {
    expect(error).toBeInstanceOf(EnvError);
    return (error as Error).message;
  }
  return "";
}

describe("the provisioner's environment", () => {
  it("takes named URLs apart, with defaults for what is not set", () => {
    const env = parseEnv(good);
    expect(env.BROKER_URLS).toEqual([
      { name: "main", host: "127.0.0.1", port: 61616, isEncrypted: false, username: "provisioner", password: "p@ss" },
      { name: "second", host: "::1", port: 5671, isEncrypted: true, username: "u", password: "p" },
    ]);
    expect(parseEnv({ ...good, BROKER_CAPACITIES: "main=200GiB, second=1TiB" }).BROKER_CAPACITIES).toEqual(new Map([["main", 200 * 2 ** 30], ["second", 2 ** 40]]));
    expect(env.BROKER_CAPACITIES.size).toBe(0);
    expect(env).toMatchObject({ KEYCLOAK_URL: "http://localhost:8180", KEYCLOAK_REALM: "postroom", HEALTH_HOST: "127.0.0.1", HEALTH_PORT: 8091, LOG_LEVEL: "info" });
  });

  it.each([
    ["DATABASE_URL", undefined],
    ["DATABASE_URL", "mysql://somewhere"],
    ["KEYCLOAK_URL", "localhost"],
    ["KEYCLOAK_CLIENT_SECRET", ""],
    ["SEALING_PRIVATE_KEY_FILE", "/does/not/exist.pem"],
    ["BROKER_URLS", ""],
    ["BROKER_URLS", "amqp://127.0.0.1"],
    ["BROKER_URLS", "Main=amqp://127.0.0.1"],
    ["BROKER_URLS", "a=amqp://h1,a=amqp://h2"],
    ["BROKER_CAPACITIES", "main=200"],
    ["BROKER_CAPACITIES", "main=200GiB"],
    ["BROKER_CAPACITIES", "main=200GiB,third=1TiB"],
    ["GATEWAY_MANAGEMENT_URLS", "main=http://127.0.0.1"],
    ["HEALTH_PORT", "70000"],
    ["LOG_LEVEL", "loud"],
  ])("names %s when it is %s, in one sentence", (name, value) => {
    expect(complaint({ [name]: value })).toMatch(new RegExp(`^${name} [^\\n]+\\.$`));
  });

  it("names everything that is wrong at once, and repeats no value", () => {
    const text = complaint({ BROKER_URLS: "main=ftp://user:a-secret@host", KEYCLOAK_URL: "a-secret", DATABASE_URL: "a-secret" });
    expect(text.split("\n").map((line) => line.split(" ")[0]).sort()).toEqual(["BROKER_URLS", "DATABASE_URL", "KEYCLOAK_URL"]);
    expect(text).not.toContain("a-secret");
  });

  it("wants a sender with a mail server, and an SMTP address", () => {
    expect(parseEnv(good).SMTP_URL).toBeNull();
    expect(parseEnv({ ...good, SMTP_URL: "smtps://u:p@mail.test", MAIL_FROM: "postroom@mail.test" }).SMTP_URL?.hostname).toBe("mail.test");
    expect(complaint({ SMTP_URL: "smtp://mail.test" })).toContain("MAIL_FROM");
    expect(complaint({ SMTP_URL: "mail.test", MAIL_FROM: "postroom@mail.test" })).toContain("SMTP_URL");
  });
});
