"use client";
import { Nav, NavItem, NavList, PageContext } from "@patternfly/react-core";
import { usePathname } from "next/navigation";
import { useContext } from "react";
import { paths } from "#contracts/paths.ts";
import { AppLink } from "./AppLink.tsx";
import { useSpaceScope } from "./route.ts";
import { useSession } from "./use-session.ts";

interface Item {
  readonly label: string;
  readonly href: string;
  readonly isActive: (pathname: string) => boolean;
}

function spaceItems(tenant: string, space: string): Item[] {
  const overview = paths.space(tenant, space);
  const addresses = paths.addresses(tenant, space);
  const credentials = paths.credentials(tenant, space);
  return [
    { label: "Overview", href: overview, isActive: (pathname) => pathname === overview },
    { label: "Addresses", href: addresses, isActive: (pathname) => pathname.startsWith(addresses) || pathname.startsWith(paths.createAddress(tenant, space)) },
    { label: "Credentials", href: credentials, isActive: (pathname) => pathname.startsWith(credentials) || pathname === paths.createCredential(tenant, space) },
  ];
}

/** Places of the space in the URL, and the list of tenants for people who look after several. */
export function Navigation() {
  const session = useSession();
  const { tenant, space } = useSpaceScope();
  const pathname = usePathname();
  const page = useContext(PageContext);
  const items: Item[] = tenant !== "" && space !== "" ? spaceItems(tenant, space) : [];
  if (session.platformRoles.length > 0 || items.length === 0) {
    items.push({ label: "Tenants", href: `${paths.home()}?all`, isActive: (current) => current === "/" });
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
