import type { Prisma } from "#prisma/generated/client.ts";

const secretName = /secret|password|token|ticket|authorization|private|sealed/i;
const maxDepth = 8;

export const maskedSecret = "[masked]";

/** The value with everything under a name that may hold a secret replaced, at any depth; the audit trail is read by people. */
export function maskSecrets(value: Prisma.InputJsonValue, depth = 0): Prisma.InputJsonValue {
  if (depth > maxDepth) return maskedSecret;
  if (Array.isArray(value)) return (value as Prisma.InputJsonValue[]).map((item) => maskSecrets(item, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  const masked: Record<string, Prisma.InputJsonValue> = {};
  for (const [name, inner] of Object.entries(value as Record<string, Prisma.InputJsonValue | null | undefined>)) {
    if (inner !== undefined) masked[name] = (inner === null ? null : secretName.test(name) ? maskedSecret : maskSecrets(inner, depth + 1)) as Prisma.InputJsonValue;
  }
  return masked;
}
