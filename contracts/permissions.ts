/** Roles inside one tenant. */
export const tenantRoles = ["tenant-admin", "developer", "viewer"] as const;
export type TenantRole = (typeof tenantRoles)[number];

/** Roles across tenants; Keycloak realm roles of the same name. */
export const platformRoles = ["platform-admin", "support"] as const;
export type PlatformRole = (typeof platformRoles)[number];

export type Role = TenantRole | PlatformRole;

/**
 * The permission table: which role may do what. The server refuses by it, the screens disable by it,
 * and the isolation matrix test is generated from it.
 */
export const permissions = {
  "tenant:read": ["tenant-admin", "developer", "viewer", "support", "platform-admin"],
  "space:read": ["tenant-admin", "developer", "viewer", "support", "platform-admin"],
  "space:create": ["tenant-admin"],
  "space:delete": ["tenant-admin"],
  "auto-create-rule:read": ["tenant-admin", "developer", "viewer", "support", "platform-admin"],
  "auto-create-rule:create": ["tenant-admin"],
  "auto-create-rule:update": ["tenant-admin"],
  "auto-create-rule:delete": ["tenant-admin"],
  "plan:read": ["tenant-admin", "developer", "viewer", "support", "platform-admin"],
  "address:read": ["tenant-admin", "developer", "viewer", "support", "platform-admin"],
  "address:create": ["tenant-admin", "developer"],
  "address:update": ["tenant-admin", "developer"],
  "address:delete": ["tenant-admin", "developer"],
  "address:force-delete": ["tenant-admin"],
  "connection:read": ["tenant-admin", "developer", "viewer", "support", "platform-admin"],
  "connection:close": ["tenant-admin", "developer"],
  "operation:read": ["tenant-admin", "developer", "viewer", "support", "platform-admin"],
  "operation:cancel": ["tenant-admin", "developer"],
  "message:test": ["tenant-admin", "developer"],
  "message:read": ["tenant-admin", "developer", "viewer", "support", "platform-admin"],
  "message-body:read": ["tenant-admin", "developer"],
  "message:purge": ["tenant-admin", "developer"],
  "message:retry": ["tenant-admin", "developer"],
  "credential:read": ["tenant-admin", "developer", "viewer", "support", "platform-admin"],
  "credential:create": ["tenant-admin"],
  "credential:rotate": ["tenant-admin"],
  "credential:delete": ["tenant-admin"],
  "member:read": ["tenant-admin", "support", "platform-admin"],
  "member:create": ["tenant-admin"],
  "member:update": ["tenant-admin"],
  "member:delete": ["tenant-admin"],
  "audit:read": ["tenant-admin", "platform-admin"],
  "platform-audit:read": ["platform-admin"],
  "platform-statistics:read": ["support", "platform-admin"],
  "platform-tenant:read": ["support", "platform-admin"],
  "platform-tenant:create": ["platform-admin"],
  "platform-tenant:update": ["platform-admin"],
  "platform-tenant:delete": ["platform-admin"],
  "platform-role:read": ["platform-admin"],
  "platform-role:update": ["platform-admin"],
  "platform-part:read": ["support", "platform-admin"],
  "platform-plan:update": ["platform-admin"],
  "platform-space:update": ["platform-admin"],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;

/** True when any of the caller's roles carries the permission. */
export function isAllowed(roles: readonly Role[], permission: Permission): boolean {
  const allowed: readonly Role[] = permissions[permission];
  return roles.some((role) => allowed.includes(role));
}

/** Why a control is disabled for this caller and who can help, or undefined when it is allowed. */
export function missingPermission(roles: readonly Role[], permission: Permission): string | undefined {
  if (isAllowed(roles, permission)) return undefined;
  const all: readonly Role[] = permissions[permission];
  const holders = all.filter((role) => (tenantRoles as readonly string[]).includes(role));
  if (holders.length === 0) return `This needs the right ${permission} (${all.join(" or ")}). Who runs this installation can give it.`;
  return `This needs the right ${permission} (${holders.join(" or ")}). A tenant-admin of this tenant can give it.`;
}
