"use client";
import {
  Content, DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm, ExpandableSection, List, ListItem, Skeleton, Title,
} from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import { type CreateAddressFields, isStored, type SpaceScope } from "#contracts/addresses/address.ts";
import { addressTypeDescriptions } from "#contracts/addresses/type-descriptions.ts";
import { LimitList } from "#components/plans/LimitList.tsx";
import { storyOf } from "#components/plans/limit-words.ts";
import { EndpointList } from "#components/spaces/EndpointList.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { ConnectionSnippets } from "./ConnectionSnippets.tsx";
import { useChosenPlan } from "./use-chosen-plan.ts";
import styles from "./wizard.module.css";

/** Everything that will be created: sentences first, then the values, then how to connect. */
export function ReviewStep({ scope }: { scope: SpaceScope }) {
  const [name, type] = useWatch<CreateAddressFields, ["name", "type"]>({ name: ["name", "type"] });
  const plan = useChosenPlan(scope);
  const space = useQuery(useTRPC().spaces.get.queryOptions(scope));
  if (plan === undefined) return <Skeleton height="14rem" />;
  const title = addressTypeDescriptions[type].title.toLowerCase();
  return (
    <>
      <Title headingLevel="h2" size="lg">Review</Title>
      <Content>
        <p>
          A{title === "anycast" ? "n" : ""} {title} <strong className={styles.wrapping}>{name}</strong> will be made in the space {scope.space} of {scope.tenant}, on the plan {plan.name}.{" "}
          {isStored(type) ? "It is kept on a message broker." : "It lives in the gateways and stores nothing."}
        </p>
        <List>
          {storyOf(plan).map((sentence) => (
            <ListItem key={sentence}>{sentence}</ListItem>
          ))}
        </List>
      </Content>
      <DescriptionList isHorizontal isCompact horizontalTermWidthModifier={{ default: "8rem" }}>
        <DescriptionListGroup>
          <DescriptionListTerm>Name</DescriptionListTerm>
          <DescriptionListDescription className={styles.wrapping}>{name}</DescriptionListDescription>
        </DescriptionListGroup>
        <DescriptionListGroup>
          <DescriptionListTerm>Type</DescriptionListTerm>
          <DescriptionListDescription>{addressTypeDescriptions[type].title}</DescriptionListDescription>
        </DescriptionListGroup>
        <DescriptionListGroup>
          <DescriptionListTerm>Plan</DescriptionListTerm>
          <DescriptionListDescription>{plan.name}</DescriptionListDescription>
        </DescriptionListGroup>
        <DescriptionListGroup>
          <DescriptionListTerm>Limits</DescriptionListTerm>
          <DescriptionListDescription><LimitList plan={plan} /></DescriptionListDescription>
        </DescriptionListGroup>
      </DescriptionList>
      {space.data === undefined ? null : (
        <>
          <Title headingLevel="h3" size="md">Programs will connect here</Title>
          <EndpointList endpoints={space.data.endpoints} />
          <ExpandableSection toggleText="Code for your program">
            <ConnectionSnippets scope={scope} endpoints={space.data.endpoints} address={{ name, type }} />
          </ExpandableSection>
        </>
      )}
    </>
  );
}
