import { createHmac } from "node:crypto";

const periodSeconds = 30;

/**
 * The six digits that an authenticator app shows (RFC 6238 with SHA-1, as Keycloak sets up by default).
 * @param secret the shared key, whose bytes are those of the text
 * @param periods by how many periods of 30 s later; Keycloak takes each code once, and the next one already
 */
export function oneTimeCode(secret: string, periods = 0): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / periodSeconds) + periods));
  const digest = createHmac("sha1", secret).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 0x0f;
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, "0");
}
