"use client";
import {
  ClipboardCopyButton, CodeBlock, CodeBlockCode, Content, DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm, ExpandableSection, List, ListItem, Skeleton, Title,
} from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import type { CreateAddressFields, SpaceScope } from "#contracts/addresses/address.ts";
import { isStored } from "#contracts/addresses/address-type.ts";
import { addressTypeDescriptions } from "#contracts/addresses/type-descriptions.ts";
import { addressYaml } from "#contracts/addresses/address-yaml.ts";
import { limitsOfAddress } from "#contracts/plans/address-limits.ts";
import { LimitList } from "#components/plans/LimitList.tsx";
import { ownLabels, storyOf } from "#components/plans/limit-words.ts";
import { EndpointList } from "#components/spaces/EndpointList.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { ConnectionSnippets } from "./ConnectionSnippets.tsx";
import { useChosenPlan } from "./use-chosen-plan.ts";
import styles from "./wizard.module.css";

/** Everything that will be created: sentences first, then the values, then how to connect. */
export function ReviewStep({ scope }: { scope: SpaceScope }) {
  const [name, type, topic, options] = useWatch<CreateAddressFields, ["name", "type", "topic", "options"]>({ name: ["name", "type", "topic", "options"] });
  const plan = useChosenPlan(scope);
  const space = useQuery(useTRPC().spaces.get.queryOptions(scope));
  if (plan === undefined) return <Skeleton height="14rem" />;
  const limits = { ...plan, ...limitsOfAddress(plan, options) };
  const yaml = addressYaml({ name, type, topic: type === "subscription" ? topic : "", planId: plan.id, options });
  const title = addressTypeDescriptions[type].title.toLowerCase();
  return (
    <>
      <Title headingLevel="h2" size="lg">Review</Title>
      <Content>
        <p>
          A{title === "anycast" ? "n" : ""} {title} <strong className={styles.wrapping}>{name}</strong>{type === "subscription" ? <> of the topic <strong className={styles.wrapping}>{topic}</strong></> : null} will be made in the space {scope.space} of {scope.tenant}, on the plan {plan.name}.{" "}
          {type === "subscription" ? "It is kept where its topic is." : isStored(type) ? "It is kept on a message broker." : "It lives in the gateways and stores nothing."}
        </p>
        <List>
          {storyOf(limits).map((sentence) => (
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
        {type === "subscription" ? (
          <DescriptionListGroup>
            <DescriptionListTerm>Topic</DescriptionListTerm>
            <DescriptionListDescription className={styles.wrapping}>{topic}</DescriptionListDescription>
          </DescriptionListGroup>
        ) : null}
        <DescriptionListGroup>
          <DescriptionListTerm>Plan</DescriptionListTerm>
          <DescriptionListDescription>{plan.name}</DescriptionListDescription>
        </DescriptionListGroup>
        <DescriptionListGroup>
          <DescriptionListTerm>Effective limits</DescriptionListTerm>
          <DescriptionListDescription><LimitList plan={limits} own={ownLabels(options)} /></DescriptionListDescription>
        </DescriptionListGroup>
      </DescriptionList>
      <ExpandableSection toggleText="The same as YAML">
        <CodeBlock actions={<ClipboardCopyButton id="copy-yaml" aria-label="Copy the YAML" onClick={() => void navigator.clipboard.writeText(yaml)}>Copy</ClipboardCopyButton>}>
          <CodeBlockCode id="address-yaml">{yaml}</CodeBlockCode>
        </CodeBlock>
      </ExpandableSection>
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
