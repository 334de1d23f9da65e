import { X509Certificate, createPublicKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { brokerConfiguration } from "./artemis.ts";
import { ensureKeys } from "./keys.ts";
import { describePlatform, readPlatformFile, writePlatformFile } from "./platform-file.ts";
import { resolveProfile } from "./profile.ts";
import { loadSecrets } from "./secret-files.ts";

const state = mkdtempSync(join(tmpdir(), "postroom-state-"));
afterAll(() => rmSync(state, { recursive: true, force: true }));

describe("a profile", () => {
  it("takes its ports from the variables, and never gives one to two parts", () => {
    expect(resolveProfile("default", {}).consoleUrl).toBe("http://localhost:3000");
    expect(resolveProfile("default", { PORT: "3300" }).consoleUrl).toBe("http://localhost:3300");
    expect(() => resolveProfile("default", { PORT: "5672" })).toThrow(/Port 5672 is given to both the console \(PORT\) and AMQP \(AMQP_PORT\)/);
  });

  it("for tests is not moved by what a person sets for npm start, only as a whole", () => {
    expect(resolveProfile("test", { PORT: "3300" }).ports.console).toBe(23_000);
    expect(resolveProfile("test", { POSTROOM_TEST_PORT_OFFSET: "1000" }).ports.console).toBe(24_000);
  });
});

describe("the installation's secrets and keys", () => {
  it("are made once, kept, and readable by their owner alone", async () => {
    const secrets = await loadSecrets(state);
    expect(await loadSecrets(state)).toEqual(secrets);
    expect(new Set(Object.values(secrets)).size).toBe(Object.values(secrets).length);
    const keys = await ensureKeys(state);
    const before = readFileSync(keys.tlsCertificate, "utf8");
    await ensureKeys(state);
    expect(readFileSync(keys.tlsCertificate, "utf8")).toBe(before);
    for (const file of [join(state, "secrets.json"), keys.ticketPrivateKey, keys.sealingPrivateKey, keys.tlsPrivateKey]) {
      expect(statSync(file).mode & 0o077).toBe(0);
    }
    expect(createPublicKey(readFileSync(keys.ticketPublicKey)).asymmetricKeyType).toBe("ed25519");
    expect(createPublicKey(readFileSync(keys.sealingPublicKey)).asymmetricKeyDetails?.modulusLength).toBe(3072);
  });

  it("include a certificate that is valid for localhost and the loopback addresses, signed with its own key", async () => {
    const keys = await ensureKeys(state);
    const certificate = new X509Certificate(readFileSync(keys.tlsCertificate));
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkHost("localhost")).toBe("localhost");
    expect(certificate.checkHost("example.test")).toBeUndefined();
    expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(certificate.checkIP("::1")).toBe("::1");
    expect(certificate.validFromDate.getTime()).toBeLessThan(Date.now());
  });
});

describe("the environments of the three processes", () => {
  it("hold the variables of docs/architecture.md and no others", async () => {
    const profile = { ...resolveProfile("default", {}), stateDirectory: state };
    const { env } = describePlatform(profile, await loadSecrets(state), await ensureKeys(state));
    const table = readFileSync(join(import.meta.dirname, "..", "docs", "architecture.md"), "utf8");
    const section = table.slice(table.indexOf("## Configuration"), table.indexOf("## Creating an address"));
    const documented = new Set([...section.matchAll(/`([A-Z][A-Z_]+)`/g)].map((match) => match[1]));
    const used = new Set(Object.values(env).flatMap((variables) => Object.keys(variables)));
    expect([...used].filter((name) => !documented.has(name))).toEqual([]);
  });

  it("keep the broker's, Keycloak's and the database owner's secrets away from the console", async () => {
    const secrets = await loadSecrets(state);
    const profile = { ...resolveProfile("default", {}), stateDirectory: state };
    const platform = describePlatform(profile, secrets, await ensureKeys(state));
    const shown = JSON.stringify(platform.env.console);
    for (const [name, secret] of Object.entries(secrets)) {
      expect(shown.includes(secret), name).toBe(name === "consoleDatabasePassword");
    }
    await writePlatformFile(state, platform);
    expect(await readPlatformFile(state)).toEqual(platform);
    expect(statSync(join(state, "platform.json")).mode & 0o077).toBe(0);
  });
});

describe("the broker's configuration", () => {
  it("lets nothing be created by use, and management only by the provisioner", () => {
    const configuration = brokerConfiguration(61_616, "/a & b");
    expect(configuration).toContain("/a &amp; b/journal");
    expect(/<address-setting match="#">\s*<auto-create-queues>false<\/auto-create-queues>\s*<auto-create-addresses>false/.test(configuration)).toBe(true);
    const management = /<security-setting match="activemq.management.#">([\s\S]*?)<\/security-setting>/.exec(configuration)?.[1] ?? "";
    expect(management).toContain('type="manage" roles="provisioner"');
    expect(management).not.toContain("gateway");
    expect(configuration.match(/<acceptor /g)).toHaveLength(1);
    expect(configuration).toContain("tcp://127.0.0.1:61616?protocols=AMQP;");
  });
});
