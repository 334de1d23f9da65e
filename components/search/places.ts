import { isAllowed, type Role } from "#contracts/permissions.ts";
import { paths } from "#contracts/paths.ts";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import type { Session } from "#contracts/tenants/tenant.ts";

export interface SearchItem {
  readonly id: string;
  readonly href: string;
  readonly name: string;
  readonly detail: string;
}

export interface Places {
  readonly pages: readonly SearchItem[];
  readonly actions: readonly SearchItem[];
}

const maxPlaces = 12;

/** Pages and actions that the person may use, those of where they are first. */
export function placesOf(session: Pick<Session, "platformRoles" | "tenants">, { tenant, space }: SpaceScope, roles: readonly Role[]): Places {
  const pages: SearchItem[] = [];
  const actions: SearchItem[] = [];
  const page = (name: string, href: string, detail = "") => pages.push({ id: `page-${href}`, href, name, detail });
  const action = (name: string, href: string, detail = "") => actions.push({ id: `action-${href}`, href, name, detail });
  if (tenant !== "" && space !== "") {
    const here = `${tenant} / ${space}`;
    page("Overview", paths.space(tenant, space), here);
    page("Addresses", paths.addresses(tenant, space), here);
    page("Connections", paths.connections(tenant, space), here);
    page("Credentials", paths.credentials(tenant, space), here);
    if (isAllowed(roles, "address:create")) {
      action("Create address", paths.createAddress(tenant, space), here);
      action("Create many addresses", paths.createAddresses(tenant, space), here);
    }
    if (isAllowed(roles, "credential:create")) action("Create credential", paths.createCredential(tenant, space), here);
  }
  if (tenant !== "") {
    page("Spaces", paths.spaces(tenant), tenant);
    if (isAllowed(roles, "member:read")) page("Members", paths.members(tenant), tenant);
    if (isAllowed(roles, "audit:read")) page("Audit", paths.audit(tenant), tenant);
  }
  if (isAllowed(session.platformRoles, "platform-statistics:read")) {
    page("Trouble now", paths.trouble(), "all tenants");
    page("Top addresses", paths.topAddresses(), "all tenants");
    page("Search", paths.supportSearch(), "all tenants");
  }
  if (session.platformRoles.length > 0) page("Tenants", `${paths.home()}?all`);
  if (isAllowed(session.platformRoles, "platform-plan:update")) page("Plans", paths.plans());
  if (isAllowed(session.platformRoles, "platform-role:read")) page("Platform roles", paths.platformRoles());
  if (isAllowed(session.platformRoles, "platform-audit:read")) page("Audit of all tenants", paths.platformAudit());
  page("Profile", paths.profile());
  for (const each of session.tenants) {
    for (const one of each.spaces) if (each.slug !== tenant || one.slug !== space) page(`${each.slug} / ${one.slug}`, paths.space(each.slug, one.slug), "space");
  }
  return { pages, actions };
}

/** Those that have every word; all that there is room for while nothing is typed. */
export function fittingPlaces({ pages, actions }: Places, text: string): Places {
  const words = text.toLowerCase().split(/\s+/);
  const fits = ({ name, detail }: SearchItem) => words.every((word) => `${name} ${detail}`.toLowerCase().includes(word));
  return { pages: pages.filter(fits).slice(0, maxPlaces), actions: actions.filter(fits).slice(0, maxPlaces) };
}
