import { generateKeyPairSync, X509Certificate, type KeyPairKeyObjectResult } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { makeSelfSignedCertificate } from "./certificate.ts";
import { readFileIfPresent, writeFileAtomically } from "./secret-files.ts";

const certificateDays = 825;
const renewBeforeDays = 30;
const dayMilliseconds = 86_400_000;

/** Paths of PEM files. */
export interface KeyFiles {
  readonly ticketPrivateKey: string;
  readonly ticketPublicKey: string;
  readonly sealingPrivateKey: string;
  readonly sealingPublicKey: string;
  readonly tlsPrivateKey: string;
  readonly tlsCertificate: string;
}

/**
 * Makes what is missing of the installation's keys: Ed25519 for tickets, RSA 3072 for sealing, and a self-signed TLS
 * certificate for localhost, which is renewed 30 days before it ends. What is there is kept.
 */
export async function ensureKeys(stateDirectory: string): Promise<KeyFiles> {
  const directory = join(stateDirectory, "keys");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const files: KeyFiles = {
    ticketPrivateKey: join(directory, "ticket-private.pem"),
    ticketPublicKey: join(directory, "ticket-public.pem"),
    sealingPrivateKey: join(directory, "sealing-private.pem"),
    sealingPublicKey: join(directory, "sealing-public.pem"),
    tlsPrivateKey: join(directory, "tls-private.pem"),
    tlsCertificate: join(directory, "tls-certificate.pem"),
  };
  if (!existsSync(files.ticketPublicKey)) {
    await keepPair(files.ticketPrivateKey, files.ticketPublicKey, toPem(generateKeyPairSync("ed25519")));
  }
  if (!existsSync(files.sealingPublicKey)) {
    const pair = generateKeyPairSync("rsa", { modulusLength: 3072 });
    await keepPair(files.sealingPrivateKey, files.sealingPublicKey, toPem(pair));
  }
  if (await needsCertificate(files.tlsCertificate)) {
    const now = new Date();
    const { certificate, privateKey } = makeSelfSignedCertificate(
      "localhost",
      ["localhost"],
      [Buffer.of(127, 0, 0, 1), Buffer.from("00000000000000000000000000000001", "hex")],
      now,
      new Date(now.getTime() + certificateDays * dayMilliseconds),
    );
    await keepPair(files.tlsPrivateKey, files.tlsCertificate, { privateKey, publicKey: certificate });
  }
  return files;
}

function toPem(pair: KeyPairKeyObjectResult): { privateKey: string; publicKey: string } {
  return {
    privateKey: pair.privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    publicKey: pair.publicKey.export({ type: "spki", format: "pem" }) as string,
  };
}

// The public half is written last: when it is there, both are.
async function keepPair(privatePath: string, publicPath: string, pair: { privateKey: string; publicKey: string }): Promise<void> {
  await writeFileAtomically(privatePath, pair.privateKey);
  await writeFileAtomically(publicPath, pair.publicKey, 0o644);
}

async function needsCertificate(path: string): Promise<boolean> {
  const certificate = await readFileIfPresent(path);
  if (certificate === undefined) return true;
  return new X509Certificate(certificate).validToDate.getTime() - Date.now() < renewBeforeDays * dayMilliseconds;
}
