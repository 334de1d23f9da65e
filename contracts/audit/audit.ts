import { z } from "zod";
import { slugSchema } from "../naming.ts";

/** What an entry can be about. */
export const auditObjectTypes = ["tenant", "space", "member", "credential", "address", "plan", "connection", "operation", "auto-create-rule", "platform-role"] as const;
export type AuditObjectType = (typeof auditObjectTypes)[number];

/**
 * `accepted`: the wish was stored, the provisioner makes it real; `done`: it is real; `refused`: the caller lacks the right;
 * `failed`: the provisioner could not make it real.
 */
export const auditOutcomes = ["accepted", "done", "refused", "failed"] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

export const auditEntrySchema = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  /** Slug of the tenant; null for what concerns the whole installation. */
  tenant: z.string().nullable(),
  actor: z.string(),
  /** Network address that the actor came from; null when nobody did, as for the provisioner's own entries. */
  address: z.string().nullable(),
  source: z.string(),
  /** `noun:verb`, as in the permission table. */
  action: z.string(),
  objectType: z.string(),
  /** `<space>/<name>` for what lies in a space. */
  objectName: z.string(),
  outcome: z.enum(auditOutcomes),
  before: z.json().nullable(),
  after: z.json().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

const maxWordCharacters = 300;
const word = z.string().trim().max(maxWordCharacters).refine((text) => !text.includes("\0"), "The text has a NUL character.").default("");

/** What to look for; all given parts must fit. */
export const auditFilters = z.object({
  /** Beginning of the person's e-mail address; case does not matter. */
  actor: word,
  /** Beginning of the object's own name, without its space; case does not matter. */
  object: word,
  objectType: z.enum(auditObjectTypes).optional(),
  /** For example `address:create`. */
  action: z.string().regex(/^[a-z-]{1,40}:[a-z-]{1,40}$/, "An action reads noun:verb.").optional(),
  outcome: z.enum(auditOutcomes).optional(),
  /** First moment. */
  from: z.iso.datetime().optional(),
  /** First moment after the last. */
  until: z.iso.datetime().optional(),
});
export type AuditFilters = z.infer<typeof auditFilters>;

/** Entries of one page of the list, and of one step of an export. */
export const auditPageSize = 50;
export const auditExportPageSize = 1_000;

const paging = z.object({
  /** From `nextCursor` of the page before. */
  cursor: z.string().max(100).optional(),
  limit: z.int().min(1).max(auditExportPageSize).default(auditPageSize),
});

export const searchPlatformAuditSchema = auditFilters.extend({ ...paging.shape, tenantSlug: slugSchema.optional() });
export const searchAuditSchema = auditFilters.extend({ ...paging.shape, tenant: slugSchema });
export type SearchAudit = AuditFilters & z.infer<typeof paging>;

/** Newest first. */
export const auditPageSchema = z.object({ items: z.array(auditEntrySchema), nextCursor: z.string().nullable() });
export type AuditPage = z.infer<typeof auditPageSchema>;
