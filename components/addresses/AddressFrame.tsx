"use client";
import { Breadcrumb, BreadcrumbItem, Flex, FlexItem, PageSection, Skeleton, Tab, Tabs, TabTitleText, Title } from "@patternfly/react-core";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { hasQueue, isStored, takesMessages } from "#contracts/addresses/address-type.ts";
import { paths } from "#contracts/paths.ts";
import { isInTransition, refusalOf } from "#contracts/phases.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { LinkButton } from "#components/feedback/LinkButton.tsx";
import { PhaseLabel } from "#components/feedback/PhaseLabel.tsx";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { AppLink } from "#components/frame/AppLink.tsx";
import { useAddressName, useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { useLeaveTo } from "#components/form/LeaveGuard.tsx";
import { AddressFigures } from "#components/statistics/AddressFigures.tsx";
import { toPublicError } from "#components/trpc/public-error.ts";
import { DeleteAddressDialog } from "./DeleteAddressDialog.tsx";
import { RuleBadge } from "./RuleBadge.tsx";
import { StuckAddress } from "./StuckAddress.tsx";
import { TypeBadge } from "./TypeBadge.tsx";
import { type AddressDetail, useAddressQuery } from "./use-address.ts";
import styles from "./address.module.css";

const viewId = "address-view";

/** What stays while the tabs of an address change: name, type, plan, phase with its reason, delete. */
export function AddressFrame({ children }: { children: ReactNode }) {
  const { tenant, space } = useSpaceScope();
  const name = useAddressName();
  const pathname = usePathname();
  const leaveTo = useLeaveTo();
  const query = useAddressQuery();
  const isKnown = query.data !== undefined;
  const tabsRef = useRef<HTMLDivElement>(null);
  // On a narrow screen the tabs do not all fit, and the chosen one may be out of sight.
  useEffect(() => {
    if (isKnown) void tabsRef.current?.querySelector(`[href="${CSS.escape(pathname)}"]`)?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [pathname, isKnown]);
  const list = paths.addresses(tenant, space);
  const isGone = query.isError && toPublicError(query.error).code === "not-found";
  if (isGone || (query.data === undefined && query.isError)) {
    return (
      <ErrorState
        error={query.error}
        onRetry={() => void query.refetch()}
        notFoundHint={query.data === undefined ? undefined : `The address ${name} has been deleted.`}
        back={{ href: list, label: "Go to the addresses" }}
      />
    );
  }
  const tabs = [
    { href: paths.address(tenant, space, name), title: "Overview" },
    ...(query.data !== undefined && hasQueue(query.data.type) ? [{ href: paths.addressMessages(tenant, space, name), title: "Messages" }] : []),
    { href: paths.addressLinks(tenant, space, name), title: "Links" },
    { href: paths.tryAddress(tenant, space, name), title: "Try it" },
    { href: paths.connectAddress(tenant, space, name), title: "Connect" },
    { href: paths.addressSettings(tenant, space, name), title: "Settings" },
  ];
  const active = tabs.find(({ href }) => href === pathname)?.href ?? tabs[0]?.href;
  return (
    <>
      <PageSection hasBodyWrapper={false}>
        <Breadcrumb className={styles.breadcrumb}>
          <BreadcrumbItem render={({ className }) => <AppLink className={className} href={list}>Addresses</AppLink>} />
          <BreadcrumbItem isActive>{name}</BreadcrumbItem>
        </Breadcrumb>
        {query.data === undefined ? (
          <>
            <Title headingLevel="h1" className={styles.name}>{name}</Title>
            <Delayed label="Loading the address">
              <Skeleton width="20rem" height="1.5rem" />
            </Delayed>
          </>
        ) : (
          <AddressHeader address={query.data} isOverview={active === paths.address(tenant, space, name)} />
        )}
      </PageSection>
      <PageSection hasBodyWrapper={false} type="tabs" padding={{ default: "noPadding" }} className={styles.tabs}>
        <div ref={tabsRef}>
          <Tabs
            component="nav"
            aria-label="Views of this address"
            activeKey={active}
            usePageInsets
            onSelect={(event, href) => {
              event.preventDefault();
              leaveTo(String(href));
            }}
          >
            {tabs.map(({ href, title }) => (
              <Tab key={href} eventKey={href} href={href} tabContentId={viewId} title={<TabTitleText>{title}</TabTitleText>} />
            ))}
          </Tabs>
        </div>
      </PageSection>
      {query.data === undefined ? null : (
        <PageSection hasBodyWrapper={false} isFilled id={viewId} aria-label={tabs.find(({ href }) => href === active)?.title}>
          {query.isError ? <InlineAlert variant="warning" title="What you see may be out of date">{toPublicError(query.error).message}</InlineAlert> : null}
          {children}
        </PageSection>
      )}
    </>
  );
}

function AddressHeader({ address, isOverview }: { address: AddressDetail; isOverview: boolean }) {
  const [isDeleting, setIsDeleting] = useState(false);
  const { tenant, space } = useSpaceScope();
  const leaveTo = useLeaveTo();
  const mayNotDelete = useMissingPermission("address:delete");
  const mayNotCreate = useMissingPermission("address:create");
  const refusal = mayNotDelete ?? refusalOf("delete", address.phase);
  // The overview explains the reason, with what can be done.
  const isSaid = address.phase !== "Active" && (address.reason === null ? isInTransition(address.phase) : !isOverview);
  return (
    <>
      <Flex justifyContent={{ default: "justifyContentSpaceBetween" }} alignItems={{ default: "alignItemsFlexStart" }} flexWrap={{ default: "wrap", md: "nowrap" }}>
        <FlexItem className={styles.titles}>
          <Title headingLevel="h1" className={styles.name}>{address.name}</Title>
          <div className={styles.facts}>
            <TypeBadge type={address.type} />
            {address.topic === null ? null : <span>of <AppLink href={paths.address(tenant, space, address.topic)}>{address.topic}</AppLink></span>}
            <span>{address.planName}</span>
            {address.rule === null ? null : <RuleBadge rule={address.rule} />}
            <span role="status" aria-label="Phase"><PhaseLabel phase={address.phase} /></span>
          </div>
        </FlexItem>
        <FlexItem className={styles.actions}>
          <LinkButton variant="secondary" href={paths.cloneAddress(tenant, space, address.name)} reason={mayNotCreate}>Clone</LinkButton>
          <ReasonedButton variant="secondary" isDanger={refusal === undefined} reason={refusal} onClick={() => setIsDeleting(true)}>
            Delete
          </ReasonedButton>
        </FlexItem>
      </Flex>
      {isSaid ? (
        <InlineAlert
          isPlain
          variant={address.phase === "Failed" ? "danger" : "info"}
          title={address.reason ?? transitionWords[address.phase] ?? address.phase}
          className={styles.reason}
          actionLinks={address.reason === null ? undefined : <StuckAddress address={address} />}
        />
      ) : null}
      <AddressFigures statistics={address.statistics} isStored={isStored(address.type)} hasOwnQueue={hasQueue(address.type)} hasSenders={takesMessages(address.type)} />
      {isDeleting ? <DeleteAddressDialog address={address} onClose={() => setIsDeleting(false)} onDeleted={() => leaveTo(paths.addresses(tenant, space))} /> : null}
    </>
  );
}

const transitionWords: Partial<Record<AddressDetail["phase"], string>> = {
  Pending: "Waiting to be set up. This page changes by itself.",
  Configuring: "Being set up on the broker and the gateways. This page changes by itself.",
  Terminating: "Being deleted. This page changes by itself.",
};
