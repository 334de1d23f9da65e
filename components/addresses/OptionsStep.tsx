"use client";
import { Content, Skeleton, Title } from "@patternfly/react-core";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { OptionsFields } from "./OptionsFields.tsx";
import { useChosenPlan } from "./use-chosen-plan.ts";

/** What this one address narrows of its plan; all of it can stay empty. */
export function OptionsStep({ scope }: { scope: SpaceScope }) {
  const plan = useChosenPlan(scope);
  if (plan === undefined) return <Skeleton height="14rem" />;
  return (
    <>
      <Title headingLevel="h2" size="lg">Options</Title>
      <Content component="p">Leave everything empty to follow the plan {plan.name}, also when it changes later.</Content>
      <OptionsFields plan={plan} />
    </>
  );
}
