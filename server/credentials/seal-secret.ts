import { constants, createHash, publicEncrypt, randomBytes, type KeyObject } from "node:crypto";

/** A new secret of an application: 32 random bytes as base64url, 43 characters. */
export function generateSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** SHA-256 of a {@link generateSecret}: nobody finds 32 random bytes behind it, so it needs no salt and no slow hashing. */
export function hashSecret(secret: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(secret, "utf8").digest());
}

/** Seals a secret so that only the provisioner's private key opens it: RSA-OAEP with SHA-256 (RFC 8017, section 7.1). */
export function sealSecret(secret: string, sealingKey: KeyObject): Uint8Array<ArrayBuffer> {
  const sealed = publicEncrypt({ key: sealingKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, Buffer.from(secret, "utf8"));
  return new Uint8Array(sealed);
}
