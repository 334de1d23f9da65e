import { connect, type AddressInfo } from "node:net";
import { createServer, getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeSelfSignedCertificate } from "#platform/certificate.ts";
import { loadPlatform } from "#platform/test-platform.ts";
import { limits } from "../limits.ts";
import { ManagementClient } from "./management-client.ts";

const dayMs = 86_400_000;
const { certificate, privateKey } = makeSelfSignedCertificate("localhost", ["localhost"], [], new Date(Date.now() - dayMs), new Date(Date.now() + dayMs));
const trusted = getCACertificates();
let platform: Awaited<ReturnType<typeof loadPlatform>>;
/** TLS before the real broker, as its own acceptor would speak it. */
const tls = createServer({ cert: certificate, key: privateKey }, (inside) => {
  const { host, port } = platform.artemis;
  const outside = connect({ host, port });
  inside.pipe(outside).pipe(inside);
  for (const [one, other] of [[inside, outside], [outside, inside]] as const) one.on("error", () => other.destroy());
});

beforeAll(async () => {
  platform = await loadPlatform();
  await new Promise<void>((resolve) => tls.listen(0, resolve));
});
afterAll(() => {
  setDefaultCACertificates(trusted);
  tls.close();
});

/** Asks the broker for its version by TLS. */
async function ask(host: string): Promise<unknown> {
  const endpoint = { host, port: (tls.address() as AddressInfo).port, isEncrypted: true, ...platform.artemis.provisioner };
  const client = new ManagementClient({ endpoint, node: "activemq.management", peer: "the broker main", limits: limits.management });
  client.start();
  try {
    await expect.poll(() => client.connected || client.reason !== "has not been reached yet", { timeout: 10_000 }).toBe(true);
    const { body } = await client.request({ _AMQ_ResourceName: "broker", _AMQ_OperationName: "getVersion" }, "[]");
    return body;
  } finally {
    await client.close();
  }
}

it("reaches a broker by TLS whose certificate is trusted and names it, and no other", async () => {
  await expect(ask("localhost")).rejects.toThrow(/self-signed certificate/);
  setDefaultCACertificates([...trusted, certificate]);
  expect(await ask("localhost")).toContain("2.56");
  await expect(ask("127.0.0.1")).rejects.toThrow(/does not match/);
});
