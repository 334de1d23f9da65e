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
  /** When it ends by itself; null for never. */
  expiresAt: z.iso.datetime().nullable(),
  /** When the secret was last replaced; null while it is the first. */
  rotatedAt: z.iso.datetime().nullable(),
  /** Until when the secret before works as well; null for no longer. */
  previousSecretUntil: z.iso.datetime().nullable(),
  /** Open connections, as of a minute ago at most. */
  connections: z.int(),
  lastUsedAt: z.iso.datetime().nullable(),
});
export type Credential = z.infer<typeof credentialSchema>;

export const createCredentialFields = z.object({
  name: credentialNameSchema,
  permissions: z.array(messagingPermissionSchema).min(1, "Give at least one permission.").max(20),
  expiresAt: z.iso
    .datetime("Give a day.")
    .refine((moment) => Date.parse(moment) > Date.now(), "Choose a day that is still to come.")
    .nullable()
    .default(null),
});
export const createCredentialSchema = spaceScopeSchema.extend(createCredentialFields.shape);
export type CreateCredential = z.infer<typeof createCredentialSchema>;

/** The answer of `credentials.create`: the only place where the secret ever appears. */
export const createdCredentialSchema = z.object({ credential: credentialSchema, secret: z.string() });

/** Longest time for which a rotation leaves the old secret at work. */
export const maxOverlapHours = 90 * 24;
/** Replaces the secret; the answer is that of `credentials.create`. */
export const rotateCredentialSchema = spaceScopeSchema.extend({
  name: credentialNameSchema,
  /** How long the old secret works beside the new one; 0 ends it at once. */
  overlapHours: z.int("Give whole hours.").min(0, "Give whole hours from 0 on.").max(maxOverlapHours, `Give at most ${maxOverlapHours} hours, which are 90 days.`),
});
export type RotateCredential = z.infer<typeof rotateCredentialSchema>;

/** Days before its end from which a credential is warned of, and from which urgently. */
export const expiryWarningDays = 14;
export const urgentExpiryDays = 3;

/** How pressing the end of a credential is. */
export function expiryUrgency(expiresAt: string | null, now: Date): "none" | "soon" | "urgent" {
  if (expiresAt === null) return "none";
  const days = (Date.parse(expiresAt) - now.getTime()) / 86_400_000;
  if (days <= urgentExpiryDays) return "urgent";
  return days <= expiryWarningDays ? "soon" : "none";
}

/** Asks which addresses of the space some permissions cover as they are now. */
export const previewPermissionsSchema = spaceScopeSchema.extend({ permissions: z.array(messagingPermissionSchema).min(1).max(20) });
export const previewedNames = 5;
/** For each permission, in the order asked: how many addresses it covers, and the first few names. */
export const previewedPermissionsSchema = z.array(z.object({ pattern: z.string(), count: z.int(), names: z.array(z.string()).max(previewedNames) }));
export type PreviewedPermission = z.infer<typeof previewedPermissionsSchema>[number];

export const listCredentialsSchema = spaceScopeSchema;
export const getCredentialSchema = spaceScopeSchema.extend({ name: credentialNameSchema });
export const deleteCredentialSchema = getCredentialSchema;
export type GetCredential = z.infer<typeof getCredentialSchema>;
