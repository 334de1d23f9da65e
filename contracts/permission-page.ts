import { permissions, platformRoles, tenantRoles, type Permission, type Role } from "./permissions.ts";

function holds(role: Role, permission: Permission): boolean {
  return (permissions[permission] as readonly Role[]).includes(role);
}

/** The page of the docs that shows the permission table; a test keeps the file as this text. */
export function permissionPage(): string {
  const roles: readonly Role[] = [...tenantRoles, ...platformRoles];
  const rows = (Object.keys(permissions) as Permission[]).sort().map((permission) => `| \`${permission}\` | ${roles.map((role) => (holds(role, permission) ? "yes" : "")).join(" | ")} |`);
  return [
    "# Who may do what",
    "",
    "Made from `contracts/permissions.ts`, by which the server refuses and the screens disable; a test keeps this page in step",
    "(`npx vitest run --project unit contracts/permission-page -u` writes it). The roles of the first three columns are held in one tenant,",
    "the others across tenants. Support and platform-admin enter every tenant, and each visit stands in the tenant's audit trail.",
    "",
    `| permission | ${roles.join(" | ")} |`,
    `| --- |${" --- |".repeat(roles.length)}`,
    ...rows,
    "",
  ].join("\n");
}
