import { createHash, X509Certificate } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, expect, test } from "@playwright/test";
import { loginExpectedCookie } from "#components/auth/login-answer.ts";
import { paths } from "#contracts/paths.ts";
import { makeSelfSignedCertificate } from "#platform/certificate.ts";
import { startFaultBed } from "./fault-bed.ts";
import { openAs } from "./test.ts";

const host = "console.postroom.test";
const dayMs = 86_400_000;

test("behind TLS the console is reached by https alone: the way through Keycloak, cookies, strict transport security, the test client", async () => {
  test.setTimeout(180_000);
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "postroom-tls-"));
  stack.defer(() => rm(directory, { recursive: true }));
  const { certificate, privateKey } = makeSelfSignedCertificate(host, [host], [], new Date(), new Date(Date.now() + dayMs));
  const files = { certificateFile: join(directory, "certificate.pem"), keyFile: join(directory, "key.pem") };
  await Promise.all([writeFile(files.certificateFile, certificate), writeFile(files.keyFile, privateKey)]);
  const bed = stack.use(await startFaultBed({ host, ...files }));
  const { tenant, space } = bed.scope;
  const api = await bed.api("dev@acme.test");
  await api.addresses.create.mutate({ ...bed.scope, type: "queue", name: "secured", planId: "queue-small" });
  await expect.poll(async () => (await api.addresses.get.query({ ...bed.scope, name: "secured" })).phase, { timeout: 30_000 }).toBe("Active");

  // A certificate that the browser trusts, since it keeps no promise of transport security made under one that it does not.
  const key = createHash("sha256").update(new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" })).digest("base64");
  const { launchOptions } = test.info().project.use;
  const browser = await chromium.launch({ ...launchOptions, args: [...(launchOptions?.args ?? []), `--ignore-certificate-errors-spki-list=${key}`, `--host-resolver-rules=MAP ${host} 127.0.0.1`] });
  stack.defer(() => browser.close());

  const unknown = await (await browser.newContext()).newPage();
  await unknown.goto(bed.consoleUrl);
  await expect(unknown.getByLabel("Email")).toBeVisible();
  const cookies = await unknown.context().cookies(bed.consoleUrl);
  expect(cookies).toMatchObject([{ name: loginExpectedCookie, secure: true, sameSite: "Lax" }]);

  const page = await openAs(browser, bed, "dev@acme.test", paths.addresses(tenant, space));
  await expect(page.getByRole("link", { name: "secured" })).toBeVisible();
  expect(new URL(page.url()).protocol).toBe("https:");
  expect((await page.context().cookies(bed.consoleUrl)).filter(({ secure }) => !secure)).toEqual([]);
  for (const path of ["/", "/api/health", "/api/trpc/session.get", "/icon.svg", "/nothing-here"]) {
    const answer = await page.evaluate(async (url) => [...(await fetch(url)).headers], path);
    expect(Object.fromEntries(answer), path).toMatchObject({ "strict-transport-security": "max-age=31536000; includeSubDomains" });
  }

  const sockets: string[] = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  await page.goto(`${bed.consoleUrl}${paths.tryAddress(tenant, space, "secured")}`);
  await expect(page.getByRole("status", { name: "Send link" })).toContainText("may be sent now");
  expect(sockets.length).toBeGreaterThan(0);
  expect(sockets.filter((url) => !url.startsWith(`wss://${host}:`))).toEqual([]);

  // Whoever types the address without TLS comes with it all the same: the proxy speaks nothing else.
  await page.goto(`${bed.consoleUrl.replace("https:", "http:")}${paths.addresses(tenant, space)}`);
  await expect(page.getByRole("link", { name: "secured" })).toBeVisible();
  expect(page.url()).toBe(`${bed.consoleUrl}${paths.addresses(tenant, space)}`);
});
