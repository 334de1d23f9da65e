import { z } from "zod";
import {
  createCredentialSchema,
  createdCredentialSchema,
  credentialSchema,
  deleteCredentialSchema,
  getCredentialSchema,
  listCredentialsSchema,
  previewedPermissionsSchema,
  previewPermissionsSchema,
  rotateCredentialSchema,
} from "#contracts/credentials/credential.ts";
import { idempotencyKeySchema } from "#contracts/idempotency-key.ts";
import { spaceProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { createCredential } from "./create-credential.ts";
import { deleteCredential } from "./delete-credential.ts";
import { listCredentials } from "./list-credentials.ts";
import { previewPermissions } from "./preview-permissions.ts";
import { retryCredential } from "./retry-credential.ts";
import { endPreviousSecret, rotateCredential } from "./rotate-credential.ts";

export const credentialsRouter = router({
  list: spaceProcedure("credential:read")
    .input(listCredentialsSchema)
    .output(z.array(credentialSchema))
    .query(({ ctx }) => listCredentials(ctx)),
  preview: spaceProcedure("credential:read")
    .input(previewPermissionsSchema)
    .output(previewedPermissionsSchema)
    .query(({ ctx, input }) => previewPermissions(ctx, input)),
  create: spaceProcedure("credential:create")
    .input(createCredentialSchema)
    .input(idempotencyKeySchema)
    .output(createdCredentialSchema)
    .mutation(({ ctx, input }) => createCredential(ctx, input, input.idempotencyKey)),
  rotate: spaceProcedure("credential:rotate")
    .input(rotateCredentialSchema)
    .output(createdCredentialSchema)
    .mutation(({ ctx, input }) => rotateCredential(ctx, input)),
  endPreviousSecret: spaceProcedure("credential:rotate")
    .input(getCredentialSchema)
    .output(credentialSchema)
    .mutation(({ ctx, input }) => endPreviousSecret(ctx, input)),
  retry: spaceProcedure("credential:create")
    .input(getCredentialSchema)
    .output(credentialSchema)
    .mutation(({ ctx, input }) => retryCredential(ctx, input)),
  delete: spaceProcedure("credential:delete")
    .input(deleteCredentialSchema)
    .output(credentialSchema)
    .mutation(({ ctx, input }) => deleteCredential(ctx, input)),
});
