import { z } from "zod";
import { spaceScopeSchema } from "../addresses/address.ts";
import { addressNameSchema, credentialNameSchema } from "../naming.ts";
import { phases } from "../phases.ts";

export const messagingOperations = ["send", "recv"] as const;

/** An exact address name, a prefix ending in `*`, or `*` alone for every address of the space. */
export const addressPatternSchema = z.string().max(254).refine(
  (pattern) => pattern === "*" || addressNameSchema.safeParse(pattern.replace(/[./]?\*$/, "")).success,
  "Give an address name, or the start of one followed by *.",
);

/** A set of operations on the addresses that a pattern covers. */
export const messagingPermissionSchema = z.object({
  operations: z.array(z.enum(messagingOperations)).min(1, "Choose send, receive or both.").max(2),
  pattern: addressPatternSchema,
});
export type MessagingPermission = z.infer<typeof messagingPermissionSchema>;

export const credentialSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  /** What an application logs in with: `<tenant>.<space>.<name>`. */
  login: z.string(),
  permissions: z.array(messagingPermissionSchema),
  phase: z.enum(phases),
  reason: z.string().nullable(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});
export type Credential = z.infer<typeof credentialSchema>;

export const createCredentialFields = z.object({
  name: credentialNameSchema,
  permissions: z.array(messagingPermissionSchema).min(1, "Give at least one permission.").max(20),
});
export const createCredentialSchema = spaceScopeSchema.extend(createCredentialFields.shape);
export type CreateCredential = z.infer<typeof createCredentialSchema>;

/** The answer of `credentials.create`: the only place where the secret ever appears. */
export const createdCredentialSchema = z.object({ credential: credentialSchema, secret: z.string() });

export const listCredentialsSchema = spaceScopeSchema;
export const getCredentialSchema = spaceScopeSchema.extend({ name: credentialNameSchema });
export const deleteCredentialSchema = getCredentialSchema;
export type GetCredential = z.infer<typeof getCredentialSchema>;
