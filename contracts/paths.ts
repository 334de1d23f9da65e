/** Every link of the console comes from here, so that URLs stay readable and checked in one place. */
const part = encodeURIComponent;

function space(tenant: string, spaceSlug: string): string {
  return `/t/${part(tenant)}/s/${part(spaceSlug)}`;
}

export const paths = {
  home: () => "/",
  tenant: (tenant: string) => `/t/${part(tenant)}`,
  spaces: (tenant: string) => `/t/${part(tenant)}/spaces`,
  members: (tenant: string) => `/t/${part(tenant)}/members`,
  audit: (tenant: string) => `/t/${part(tenant)}/audit`,
  trouble: () => "/support/trouble",
  supportSearch: () => "/support/search",
  topAddresses: () => "/support/top",
  platformAudit: () => "/audit",
  invitation: () => "/invitation",
  acceptInvitation: () => "/accept-invitation",
  space: (tenant: string, spaceSlug: string) => space(tenant, spaceSlug),
  addresses: (tenant: string, spaceSlug: string) => `${space(tenant, spaceSlug)}/addresses`,
  createAddress: (tenant: string, spaceSlug: string) => `${space(tenant, spaceSlug)}/create-address`,
  address: (tenant: string, spaceSlug: string, name: string) => `${space(tenant, spaceSlug)}/addresses/${part(name)}`,
  addressMessages: (tenant: string, spaceSlug: string, name: string) => `${space(tenant, spaceSlug)}/addresses/${part(name)}/messages`,
  tryAddress: (tenant: string, spaceSlug: string, name: string) => `${space(tenant, spaceSlug)}/addresses/${part(name)}/try`,
  testClient: (tenant: string, spaceSlug: string) => `${space(tenant, spaceSlug)}/test-client`,
  connectAddress: (tenant: string, spaceSlug: string, name: string) => `${space(tenant, spaceSlug)}/addresses/${part(name)}/connect`,
  createAddresses: (tenant: string, spaceSlug: string) => `${space(tenant, spaceSlug)}/create-addresses`,
  cloneAddress: (tenant: string, spaceSlug: string, name: string) => `${space(tenant, spaceSlug)}/create-address?clone=${part(name)}`,
  createSubscription: (tenant: string, spaceSlug: string, topic: string) => `${space(tenant, spaceSlug)}/create-address?topic=${part(topic)}`,
  subscriptionsOf: (tenant: string, spaceSlug: string, topic: string) => `${space(tenant, spaceSlug)}/addresses?topic=${part(topic)}`,
  addressSettings: (tenant: string, spaceSlug: string, name: string) => `${space(tenant, spaceSlug)}/addresses/${part(name)}/settings`,
  connections: (tenant: string, spaceSlug: string) => `${space(tenant, spaceSlug)}/connections`,
  connectionHistory: (tenant: string, spaceSlug: string) => `${space(tenant, spaceSlug)}/connections/history`,
  connection: (tenant: string, spaceSlug: string, id: string) => `${space(tenant, spaceSlug)}/connections/${part(id)}`,
  addressLinks: (tenant: string, spaceSlug: string, name: string) => `${space(tenant, spaceSlug)}/addresses/${part(name)}/links`,
  spaceSettings: (tenant: string, spaceSlug: string) => `${space(tenant, spaceSlug)}/settings`,
  profile: () => "/profile",
  plans: () => "/plans",
  platformRoles: () => "/platform-roles",
  parts: () => "/brokers-and-gateways",
  credentials: (tenant: string, spaceSlug: string) => `${space(tenant, spaceSlug)}/credentials`,
  createCredential: (tenant: string, spaceSlug: string) => `${space(tenant, spaceSlug)}/create-credential`,
} as const;
