import { paths } from "#contracts/paths.ts";
import type { FoundEverywhere } from "#contracts/support/support.ts";

export interface FoundItem {
  readonly key: string;
  readonly href: string;
  readonly name: string;
  readonly detail: string;
}

/** What was found, by noun, with where it leads. */
export function groupsOf({ tenants, spaces, addresses, credentials, connections, events }: FoundEverywhere): { title: string; items: FoundItem[] }[] {
  return [
    { title: "Tenants", items: tenants.map(({ tenant, detail }) => ({ key: tenant, href: paths.spaces(tenant), name: tenant, detail })) },
    { title: "Spaces", items: spaces.map(({ tenant, space, name, detail }) => ({ key: name, href: paths.space(tenant, space), name, detail })) },
    {
      title: "Addresses",
      items: addresses.map(({ tenant, space, name, type, phase }) => ({
        key: `${tenant}/${space}/${name}`, href: paths.address(tenant, space, name), name, detail: `${type} in ${tenant} / ${space}${phase === "Active" ? "" : `, ${phase}`}`,
      })),
    },
    { title: "Connections", items: connections.map(({ tenant, space, id, name, detail }) => ({ key: id, href: paths.connection(tenant, space, id), name, detail: `${detail}, in ${tenant} / ${space}` })) },
    {
      title: "What clients were told",
      items: events.map(({ tenant, space, name, detail, address, at }, index) => ({
        key: `${index}/${at}`, href: address === "" ? paths.connectionHistory(tenant, space) : paths.address(tenant, space, address), name: name === "" ? "No reason given" : name, detail: `${detail}, in ${tenant} / ${space}`,
      })),
    },
    { title: "Credentials", items: credentials.map(({ tenant, space, name, detail }) => ({ key: detail, href: paths.credentials(tenant, space), name, detail })) },
  ];
}
