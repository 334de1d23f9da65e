/** People of the local installation. Their ids are fixed, so that Keycloak's realm and the memberships agree. */
export interface DemoPerson {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly tenant?: "acme" | "globex";
  readonly role: "tenant-admin" | "developer" | "viewer" | "platform-admin" | "support";
}

export const demoPassword = "postroom";

export const demoPeople: readonly DemoPerson[] = [
  { id: "0195c000-0000-7000-8000-000000000001", email: "admin@postroom.test", firstName: "Alex", lastName: "Admin", role: "platform-admin" },
  { id: "0195c000-0000-7000-8000-000000000002", email: "support@postroom.test", firstName: "Sam", lastName: "Support", role: "support" },
  { id: "0195c000-0000-7000-8000-000000000011", email: "owner@acme.test", firstName: "Olivia", lastName: "Owner", tenant: "acme", role: "tenant-admin" },
  { id: "0195c000-0000-7000-8000-000000000012", email: "dev@acme.test", firstName: "Dana", lastName: "Developer", tenant: "acme", role: "developer" },
  { id: "0195c000-0000-7000-8000-000000000013", email: "viewer@acme.test", firstName: "Vic", lastName: "Viewer", tenant: "acme", role: "viewer" },
  { id: "0195c000-0000-7000-8000-000000000021", email: "owner@globex.test", firstName: "Omar", lastName: "Owner", tenant: "globex", role: "tenant-admin" },
  { id: "0195c000-0000-7000-8000-000000000022", email: "dev@globex.test", firstName: "Dima", lastName: "Developer", tenant: "globex", role: "developer" },
];
