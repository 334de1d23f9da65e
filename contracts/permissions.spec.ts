import { describe, expect, it } from "vitest";
import { isAllowed, missingPermission, permissions, platformRoles, tenantRoles, type Permission, type Role } from "./permissions.ts";

const all = Object.keys(permissions) as Permission[];
/** What belongs to no tenant. */
const ofThePlatform: readonly string[] = all.filter((permission) => permission.startsWith("platform-"));
const allowedTo = (role: Role): string[] => all.filter((permission) => isAllowed([role], permission));

describe("the permission table", () => {
  it("gives each role what the design says, and nothing more", () => {
    const reading = ["tenant:read", "operation:read", "connection:read", "space:read", "plan:read", "address:read", "message:read", "credential:read", "auto-create-rule:read"];
    expect(allowedTo("viewer").sort()).toEqual([...reading].sort());
    expect(allowedTo("support").sort()).toEqual([...reading, "member:read", "platform-statistics:read", "platform-tenant:read", "platform-part:read"].sort());
    expect(allowedTo("platform-admin").sort()).toEqual([...reading, "member:read", "audit:read", ...ofThePlatform].sort());
    expect(allowedTo("developer").sort()).toEqual([...reading, "address:create", "address:update", "address:delete", "message:test", "message-body:read", "message:purge", "message:retry", "operation:cancel", "connection:close"].sort());
    expect(allowedTo("tenant-admin").sort()).toEqual(all.filter((permission) => !ofThePlatform.includes(permission)).sort());
  });

  it("lets no platform role change a tenant's things or see message bodies", () => {
    for (const role of platformRoles) expect(allowedTo(role).filter((permission) => !permission.endsWith(":read") && !ofThePlatform.includes(permission))).toEqual([]);
  });

  it("adds up the rights of several roles, and gives none for no role", () => {
    expect(isAllowed(["viewer", "support"], "address:create")).toBe(false);
    expect(isAllowed(["support", "developer"], "address:create")).toBe(true);
    for (const permission of all) expect(isAllowed([], permission)).toBe(false);
  });

  it("says who holds a missing right, and nothing for one that is held", () => {
    expect(missingPermission(["viewer"], "address:create")).toBe("This needs the right address:create (tenant-admin or developer). A tenant-admin of this tenant can give it.");
    for (const role of [...tenantRoles, ...platformRoles]) {
      for (const permission of all) expect(missingPermission([role], permission) === undefined).toBe(isAllowed([role], permission));
    }
  });
});
