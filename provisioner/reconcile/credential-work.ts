import { constants, privateDecrypt, type KeyObject } from "node:crypto";
import { PostroomError } from "#contracts/errors.ts";
import type { IdentityDriver } from "../drivers/identity-driver.ts";
import { credentialEntity } from "../gateways/gateway-entities.ts";
import type { GatewayFleet } from "../gateways/gateway-fleet.ts";
import type { WorkWindow } from "../work-window.ts";
import type { ClaimedCredential } from "./claimed-rows.ts";
import { NotYetError } from "./reason.ts";

export interface CredentialParts {
  readonly identity: IdentityDriver;
  readonly gateways: GatewayFleet;
  readonly sealingKey: KeyObject;
}

/**
 * Makes one credential what its row says. First the login, then the gateways; a removal goes the other way, so that
 * connections end and nobody can come back. The caller forgets the sealed secret together with writing Active.
 * @throws PostroomError when it could not be done now
 */
export async function reconcileCredential(
  row: ClaimedCredential,
  { identity, gateways, sealingKey }: CredentialParts,
  window: WorkWindow,
): Promise<"active" | "gone"> {
  const entity = credentialEntity(row);
  if (row.phase === "Terminating") {
    await gateways.remove("credential", entity.name, entity.generation, window);
    await identity.removeLogin(row.login, window);
    return "gone";
  }
  if (!row.spaceIsSetUp) throw new NotYetError(`Waiting for its address space ${row.space}, which is not set up yet.`);
  // Without a sealed secret Keycloak has it already, and only the end of the one before is new.
  if (row.sealedSecret) await identity.ensureLogin({ login: row.login, secret: unsealSecret(row.sealedSecret, sealingKey), previous: row.previousSecret }, window);
  else if (row.previousSecret === null) await identity.endPreviousSecret(row.login, window);
  await gateways.tell(entity, window);
  return "active";
}

/** Opens what the console sealed: RSA-OAEP with SHA-256 (RFC 8017, section 7.1). */
export function unsealSecret(sealed: Buffer, sealingKey: KeyObject): string {
  try {
    return privateDecrypt({ key: sealingKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, sealed).toString("utf8");
  } catch (error) {
    throw new PostroomError(
      { code: "invalid-input", message: "The secret was sealed for another key than the provisioner's. Delete the credential and make a new one; an operator should check the sealing keys." },
      { cause: error },
    );
  }
}
