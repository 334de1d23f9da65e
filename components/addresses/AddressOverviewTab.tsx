"use client";
import { Card, CardBody, CardTitle, DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm, List, ListItem } from "@patternfly/react-core";
import { addressTypeDescriptions } from "#contracts/addresses/type-descriptions.ts";
import { isStored, takesMessages } from "#contracts/addresses/address-type.ts";
import { paths } from "#contracts/paths.ts";
import { ExplainPanel } from "#components/explanation/ExplainPanel.tsx";
import { LinkButton } from "#components/feedback/LinkButton.tsx";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import { AppLink } from "#components/frame/AppLink.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { limitsOfAddress } from "#contracts/plans/address-limits.ts";
import { LimitList } from "#components/plans/LimitList.tsx";
import { ownLabels, storyOf } from "#components/plans/limit-words.ts";
import { AddressTotals } from "#components/statistics/AddressTotals.tsx";
import dynamic from "next/dynamic";
import charts from "#components/statistics/charts/charts.module.css";
import { StuckAddress } from "./StuckAddress.tsx";
import { SubscriptionsCard } from "./SubscriptionsCard.tsx";
import { FirstMessage } from "./FirstMessage.tsx";
import { MadeByRule } from "./MadeByRule.tsx";
import { useAddress } from "./use-address.ts";
import styles from "./address.module.css";

const AddressCharts = dynamic(() => import("#components/statistics/charts/AddressCharts.tsx").then((file) => file.AddressCharts), { ssr: false, loading: () => <div className={charts.placeholder} /> });

/** Its numbers over time, what the address is, what happens to its messages, and its limits. */
export function AddressOverviewTab() {
  const { tenant, space } = useSpaceScope();
  const address = useAddress();
  const limits = { ...address.plan, ...limitsOfAddress(address.plan, address.options) };
  return (
    <div className={styles.overview}>
    <ExplainPanel address={{ tenant, space, name: address.name, type: address.type, topic: address.topic }} actions={address.reason === null ? {} : { "not-set-up": <StuckAddress address={address} /> }} />
    <AddressCharts name={address.name} type={address.type} growth={address.statistics?.growth} />
    <div className={styles.cards}>
      <div className={styles.column}>
        <FirstMessage address={address} />
        <Card>
          <CardTitle component="h2">What happens to a message</CardTitle>
          <CardBody>
            <List>
              {storyOf(limits).map((sentence) => (
                <ListItem key={sentence}>{sentence}</ListItem>
              ))}
            </List>
          </CardBody>
          <CardBody>
            <LinkButton variant="secondary" href={paths.tryAddress(tenant, space, address.name)}>Try it</LinkButton>{" "}
            <LinkButton variant="link" href={paths.connectAddress(tenant, space, address.name)}>Connect a program</LinkButton>
          </CardBody>
        </Card>
        {address.type === "topic" ? <SubscriptionsCard topic={address} /> : null}
        <Card>
          <CardTitle component="h2">Messages since it was made</CardTitle>
          <CardBody>
            <AddressTotals statistics={address.statistics} isStored={isStored(address.type)} hasSenders={takesMessages(address.type)} />
          </CardBody>
        </Card>
        <Card>
          <CardTitle component="h2">About</CardTitle>
          <CardBody>
            <DescriptionList isCompact>
              <DescriptionListGroup>
                <DescriptionListTerm>Type</DescriptionListTerm>
                <DescriptionListDescription>{addressTypeDescriptions[address.type].sentence}</DescriptionListDescription>
              </DescriptionListGroup>
              <DescriptionListGroup>
                <DescriptionListTerm>Created</DescriptionListTerm>
                <DescriptionListDescription>
                  <RelativeTime at={address.createdAt} /> by {address.createdBy}
                </DescriptionListDescription>
              </DescriptionListGroup>
              {address.rule === null ? null : <MadeByRule rule={address.rule} statistics={address.statistics} />}
            </DescriptionList>
          </CardBody>
        </Card>
      </div>
      <Card>
        <CardTitle component="h2">Limits, from the plan {address.planName}</CardTitle>
        <CardBody>
          <LimitList plan={limits} own={ownLabels(address.options)} />
        </CardBody>
        {address.topic === null ? null : (
          <CardBody>What is stored, for how long, and how often it is tried are limits of its topic <AppLink href={paths.address(tenant, space, address.topic)}>{address.topic}</AppLink>.</CardBody>
        )}
      </Card>
    </div>
    </div>
  );
}
