/** Procedures that take an idempotency key: each makes something, and would make it twice, or fail, when it is asked twice. */
export const idempotentProcedures = [
  "addresses.create",
  "addresses.createMany",
  "addresses.deleteMany",
  "addresses.changePlanOfMany",
  "autoCreateRules.create",
  "credentials.create",
  "members.create",
  "members.invite",
  "spaces.create",
  "tenants.create",
] as const;

export type IdempotentProcedure = (typeof idempotentProcedures)[number];
