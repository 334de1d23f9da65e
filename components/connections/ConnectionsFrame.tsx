"use client";
import { PageSection, Tab, Tabs, TabTitleText } from "@patternfly/react-core";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { paths } from "#contracts/paths.ts";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useLeaveTo } from "#components/form/LeaveGuard.tsx";

const viewId = "connections-view";

/** What stays while one changes between who is connected now and what has happened. */
export function ConnectionsFrame({ children }: { children: ReactNode }) {
  const { tenant, space } = useSpaceScope();
  const leaveTo = useLeaveTo();
  const pathname = usePathname();
  const tabs = [
    { href: paths.connections(tenant, space), title: "Now" },
    { href: paths.connectionHistory(tenant, space), title: "History" },
  ];
  const active = tabs.find(({ href }) => href === pathname) ?? tabs[0];
  return (
    <>
      <ScreenHeader title="Connections" lead="Programs and people that are connected to this space, and what happened to them in the last week." />
      <PageSection hasBodyWrapper={false} type="tabs" padding={{ default: "noPadding" }}>
        <Tabs
          component="nav"
          aria-label="Views of the connections"
          activeKey={active?.href}
          usePageInsets
          onSelect={(event, href) => {
            event.preventDefault();
            leaveTo(String(href));
          }}
        >
          {tabs.map(({ href, title }) => <Tab key={href} eventKey={href} href={href} tabContentId={viewId} title={<TabTitleText>{title}</TabTitleText>} />)}
        </Tabs>
      </PageSection>
      <PageSection hasBodyWrapper={false} isFilled id={viewId} aria-label={`Connections: ${active?.title}`}>{children}</PageSection>
    </>
  );
}
