import type { Credential } from "#contracts/credentials/credential.ts";
import { PostroomError } from "#contracts/errors.ts";
import type { TenantClient } from "../db/database.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { findCredential } from "./queries.ts";

/** The credential of that name in the context's space. @throws PostroomError `not-found` */
export async function requireCredential(client: TenantClient, ctx: SpaceContext, name: string): Promise<Credential> {
  const credential = await findCredential(client, ctx.space.id, name);
  if (credential) return credential;
  throw new PostroomError({
    code: "not-found",
    message: `There is no credential “${name}” in the space ${ctx.space.slug}. It may have been deleted; look at the list of credentials.`,
  });
}
