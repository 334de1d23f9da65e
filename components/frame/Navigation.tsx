"use client";
import { Nav, NavItem, NavList, PageContext } from "@patternfly/react-core";
import { usePathname } from "next/navigation";
import { useContext } from "react";
import { isAllowed } from "#contracts/permissions.ts";
import { paths } from "#contracts/paths.ts";
import { AppLink } from "./AppLink.tsx";
import { useSpaceScope } from "./route.ts";
import { useSession, type Session } from "./use-session.ts";

const maxSpaces = 10;

interface Item {
  readonly label: string;
  readonly href: string;
  readonly isActive: (pathname: string) => boolean;
}

function spaceItems(tenant: string, space: string): Item[] {
  const overview = paths.space(tenant, space);
  const addresses = paths.addresses(tenant, space);
  const connections = paths.connections(tenant, space);
  const testClient = paths.testClient(tenant, space);
  const credentials = paths.credentials(tenant, space);
  const settings = paths.spaceSettings(tenant, space);
  return [
    { label: "Overview", href: overview, isActive: (pathname) => pathname === overview },
    { label: "Addresses", href: addresses, isActive: (pathname) => pathname.startsWith(addresses) || pathname.startsWith(paths.createAddress(tenant, space)) },
    { label: "Connections", href: connections, isActive: (pathname) => pathname.startsWith(connections) },
    { label: "Test client", href: testClient, isActive: (pathname) => pathname === testClient },
    { label: "Credentials", href: credentials, isActive: (pathname) => pathname.startsWith(credentials) || pathname === paths.createCredential(tenant, space) },
    { label: "Settings", href: settings, isActive: (pathname) => pathname === settings },
  ];
}

/** Places of the support desk, across tenants. */
const supportItems: readonly Item[] = [
  { label: "Trouble now", href: paths.trouble() },
  { label: "Search", href: paths.supportSearch() },
  { label: "Top addresses", href: paths.topAddresses() },
].map((item) => ({ ...item, isActive: (pathname) => pathname === item.href }));

/** Places of the tenant in the URL that the person may see; outside of a space, its spaces too. */
function tenantItems({ tenants, platformRoles }: Session, slug: string, isInSpace: boolean): Item[] {
  const tenant = tenants.find((each) => each.slug === slug);
  if (tenant === undefined) return [];
  const roles = [...platformRoles, ...tenant.roles];
  const spaces = isInSpace ? [] : tenant.spaces.slice(0, maxSpaces).map((space) => ({ label: `Space ${space.slug}`, href: paths.space(slug, space.slug), isActive: () => false }));
  const spacesPage = paths.spaces(slug);
  const members = paths.members(slug);
  const audit = paths.audit(slug);
  return [
    ...spaces,
    { label: "Spaces", href: spacesPage, isActive: (pathname: string) => pathname === spacesPage },
    ...(isAllowed(roles, "member:read") ? [{ label: "Members", href: members, isActive: (pathname: string) => pathname === members }] : []),
    ...(isAllowed(roles, "audit:read") ? [{ label: "Audit", href: audit, isActive: (pathname: string) => pathname === audit }] : []),
  ];
}

/** Places of the space in the URL, and the list of tenants for people who look after several. */
export function Navigation() {
  const session = useSession();
  const { tenant, space } = useSpaceScope();
  const pathname = usePathname();
  const page = useContext(PageContext);
  const items: Item[] = tenant !== "" && space !== "" ? spaceItems(tenant, space) : [];
  items.push(...tenantItems(session, tenant, space !== ""));
  if (isAllowed(session.platformRoles, "platform-statistics:read")) items.push(...supportItems);
  if (session.platformRoles.length > 0 || items.length === 0) {
    items.push({ label: "Tenants", href: `${paths.home()}?all`, isActive: (current) => current === "/" });
  }
  if (isAllowed(session.platformRoles, "platform-plan:update")) {
    items.push({ label: "Plans", href: paths.plans(), isActive: (current) => current === paths.plans() });
  }
  if (isAllowed(session.platformRoles, "platform-role:read")) {
    items.push({ label: "Platform roles", href: paths.platformRoles(), isActive: (current) => current === paths.platformRoles() });
  }
  if (isAllowed(session.platformRoles, "platform-part:read")) {
    items.push({ label: "Brokers and gateways", href: paths.parts(), isActive: (current) => current === paths.parts() });
  }
  if (isAllowed(session.platformRoles, "platform-audit:read")) {
    items.push({ label: "Audit of all tenants", href: paths.platformAudit(), isActive: (current) => current === paths.platformAudit() });
  }
  // On a narrow page the navigation lies over the content: it goes once it was used.
  const onSelect = () => {
    if (page.isMobile && page.isSidebarOpen) page.onSidebarToggle();
  };
  return (
    <Nav aria-label="Places" onSelect={onSelect}>
      <NavList>
        {items.map(({ label, href, isActive }) => (
          <NavItem key={href} isActive={isActive(pathname)}>
            <AppLink href={href}>{label}</AppLink>
          </NavItem>
        ))}
      </NavList>
    </Nav>
  );
}
