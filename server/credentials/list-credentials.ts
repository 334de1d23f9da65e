import type { Credential } from "#contracts/credentials/credential.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { listCredentialRows } from "./queries.ts";

/** The space's credentials by name, never their secrets. */
export function listCredentials(ctx: SpaceContext): Promise<Credential[]> {
  return ctx.inTenant((client) => listCredentialRows(client, ctx.space.id));
}
