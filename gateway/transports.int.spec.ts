import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { loadPlatform } from "../platform/test-platform.ts";
import { RawClient, saslHeader } from "./conformance/support/raw-client.ts";
import { GatewayBed, type TestSpace } from "./test-support/bed.ts";

const run = promisify(execFile);
let bed: GatewayBed;
let space: TestSpace;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "postroom-certificate-"));
  const { TLS_CERTIFICATE_FILE, TLS_PRIVATE_KEY_FILE } = (await loadPlatform()).env.gateway;
  await copyFile(TLS_CERTIFICATE_FILE!, join(folder, "certificate.pem"));
  await copyFile(TLS_PRIVATE_KEY_FILE!, join(folder, "key.pem"));
  bed = await GatewayBed.make({
    TLS_CERTIFICATE_FILE: join(folder, "certificate.pem"),
    TLS_PRIVATE_KEY_FILE: join(folder, "key.pem"),
    WEBSOCKET_ORIGINS: "http://console.test",
    ALLOW_PLAIN_WITHOUT_TLS: "never",
  });
  space = await bed.space("acme");
});
afterAll(async () => {
  await bed?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** The subject of the certificate that a new handshake gets. */
async function subject(options: object = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connectTls({ port: bed.gateway.ports.amqps, host: "127.0.0.1", rejectUnauthorized: false, ...options }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

test("a certificate that is replaced is used by the next handshake, and connections that stand go on", async () => {
  await using client = await bed.client(space.login, { port: bed.gateway.ports.amqps, transport: "tls", rejectUnauthorized: false } as never);
  await client.receiver("calls");
  const before = await subject();
  await run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=replaced", "-keyout", join(folder, "key.pem"), "-out", join(folder, "certificate.pem")]);
  const deadlineMs = Date.now() + 5000;
  while ((await subject()) === before && Date.now() < deadlineMs) await readFile(join(folder, "key.pem"));
  expect(await subject()).toBe("replaced");
  expect(await client.send(await client.sender("calls"), { body: 1 })).toBe("accepted");
});

test("TLS below 1.2 is refused", async () => {
  await expect(subject({ maxVersion: "TLSv1.1", minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" })).rejects.toBeDefined();
});

test("where PLAIN needs TLS, it is not offered without", async () => {
  await expect(bed.client(space.login)).rejects.toBeDefined();
  await using client = await bed.client(space.login, { port: bed.gateway.ports.amqps, transport: "tls", rejectUnauthorized: false } as never);
  expect(client.connection.is_open()).toBe(true);
});

test.each([
  ["PLAIN where it was not offered", "PLAIN", () => Buffer.from(`\0${space.login.user}\0${space.login.password}`)],
  ["EXTERNAL without a certificate", "EXTERNAL", () => Buffer.from(space.login.user)],
  ["ANONYMOUS", "ANONYMOUS", () => Buffer.from("")],
])("%s is refused, with the true secret as well", async (_what, mechanism, initialResponse) => {
  await using client = await RawClient.dial({ host: "127.0.0.1", port: bed.gateway.ports.amqp });
  client.write(saslHeader);
  await client.header();
  const { fields } = await client.expect("saslMechanisms");
  expect(JSON.stringify(fields)).not.toContain(mechanism);
  client.sasl("saslInit", { mechanism, initialResponse: initialResponse() });
  expect((await client.expect("saslOutcome")).fields.code).toBe(1);
  expect(await client.closed()).toBe(true);
});

test("TLS for a name that is not ours gets the one certificate, and a handshake that does not go on is ended after ten seconds", { timeout: 30_000 }, async () => {
  expect(await subject({ servername: "somebody.else.test" })).toBe(await subject());
  const started = performance.now();
  await using client = await RawClient.dial({ host: "127.0.0.1", port: bed.gateway.ports.amqps });
  client.write(Buffer.from([0x16, 0x03, 0x01]));
  expect(await client.closed(20_000)).toBe(true);
  expect(performance.now() - started).toBeGreaterThan(9000);
});

/** HTTP status of the handshake; 101 when it is let in. */
function status(protocols: string[], origin?: string, path = "/amqp"): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${bed.gateway.ports.webSocket}${path}`, protocols, origin === undefined ? {} : { origin });
    socket.once("open", () => {
      expect(protocols).toContain(socket.protocol);
      expect(socket.extensions).toBe("");
      socket.close();
      resolve(101);
    });
    socket.once("unexpected-response", (_request, response) => {
      resolve(response.statusCode!);
      socket.terminate();
    });
    socket.once("error", reject);
  });
}

describe("a WebSocket", () => {
  test.each(["amqp", "binary", "AMQPWSB10"])("with sub-protocol %s is let in, without compression", async (protocol) => {
    expect(await status([protocol])).toBe(101);
  });

  test.each([
    ["of a listed origin is let in", ["amqp"], "http://console.test", "/amqp", 101],
    ["of another origin is refused", ["amqp"], "http://evil.test", "/amqp", 403],
    ["of origin null is refused", ["amqp"], "null", "/amqp", 403],
    ["with another sub-protocol only is refused", ["mqtt"], undefined, "/amqp", 400],
    ["without a sub-protocol is refused", [], undefined, "/amqp", 400],
    ["with anything in the query, where a token might be logged, is refused", ["amqp"], undefined, "/amqp?token=x", 400],
  ] as const)("%s", async (_what, protocols, origin, path, expected) => {
    expect(await status([...protocols], origin, path)).toBe(expected);
  });
});

test("health tells its parts, and the metrics count what passed", async () => {
  const url = `http://127.0.0.1:${bed.gateway.ports.health}`;
  const health = (await (await fetch(`${url}/health`)).json()) as { ready: boolean; parts: Record<string, { ok: boolean }> };
  expect(health).toMatchObject({ live: true, ready: true, parts: { management: { ok: true }, keycloak: { ok: true }, "broker main": { ok: true } } });
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^postroom_gateway_deliveries_total\{type="anycast",direction="in",outcome="accepted"\} [1-9]/m);
});
