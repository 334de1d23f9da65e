import { createHash, createHmac, hkdfSync, randomBytes, type KeyObject } from "node:crypto";

const purpose = "postroom invitation";
const tokenBytes = 32;

/** A request that invites, as its sender named it. */
export interface InvitingRequest {
  readonly tenantId: string;
  readonly userId: string;
  readonly key: string | undefined;
}

/**
 * The token of a new invitation: 32 bytes that nobody can guess. For a request with a key they follow from it and from the
 * console's own key: sent again it is answered with the same link, though the token is kept nowhere. A console with another
 * key answers a link that does not work.
 * @param consoleKey private, the same at all consoles
 */
export function invitationToken(consoleKey: KeyObject, { tenantId, userId, key }: InvitingRequest): string {
  if (key === undefined) return randomBytes(tokenBytes).toString("base64url");
  const own = hkdfSync("sha256", consoleKey.export({ type: "pkcs8", format: "der" }), "", purpose, tokenBytes);
  return createHmac("sha256", Buffer.from(own)).update(JSON.stringify([tenantId, userId, key])).digest("base64url");
}

/** SHA-256 of an invitation's token: what is kept of it. */
export function hashOfInvitation(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
