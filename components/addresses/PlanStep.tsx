"use client";
import { Card, CardBody, CardHeader, CardTitle, Content, FormHelperText, Gallery, HelperText, HelperTextItem, Skeleton, Title } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useController, useFormContext } from "react-hook-form";
import type { CreateAddressFields, SpaceScope } from "#contracts/addresses/address.ts";
import type { PlanChoice } from "#contracts/plans/plan.ts";
import { addressTypeDescriptions } from "#contracts/addresses/type-descriptions.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { LimitList } from "#components/plans/LimitList.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import styles from "./wizard.module.css";

export function PlanStep({ scope }: { scope: SpaceScope }) {
  const { control, getValues } = useFormContext<CreateAddressFields>();
  const plan = useController({ control, name: "planId" });
  const type = getValues("type");
  const choices = useQuery(useTRPC().plans.listChoices.queryOptions({ ...scope, type }));
  if (choices.data === undefined) {
    if (choices.isError) return <ErrorState error={choices.error} onRetry={() => void choices.refetch()} />;
    return (
      <Delayed label="Loading plans">
        <Skeleton height="14rem" />
      </Delayed>
    );
  }
  return (
    <>
      <Title headingLevel="h2" size="lg">Plan for this {addressTypeDescriptions[type].title.toLowerCase()}</Title>
      <Content component="p">A plan sets absolute limits. You can move to another plan later; name and type stay.</Content>
      <fieldset className={styles.choices}>
        <legend className={styles.legend}>Plan</legend>
        {plan.fieldState.invalid ? (
          <FormHelperText>
            <HelperText isLiveRegion>
              <HelperTextItem variant="error">{plan.fieldState.error?.message}</HelperTextItem>
            </HelperText>
          </FormHelperText>
        ) : null}
        <Gallery hasGutter minWidths={{ default: "17rem" }}>
          {choices.data.map((choice) => (
            <PlanCard key={choice.id} choice={choice} isChosen={plan.field.value === choice.id} onChoose={() => plan.field.onChange(choice.id)} />
          ))}
        </Gallery>
      </fieldset>
    </>
  );
}

function PlanCard({ choice, isChosen, onChoose }: { choice: PlanChoice; isChosen: boolean; onChoose: () => void }) {
  const isRefused = choice.refusal !== null;
  return (
    <Card id={`plan-card-${choice.id}`} isSelectable isSelected={isChosen} isDisabled={isRefused} className={styles.choice}>
      <CardHeader
        selectableActions={{
          selectableActionId: `plan-${choice.id}`,
          selectableActionAriaLabelledby: `plan-title-${choice.id}`,
          selectableActionProps: { "aria-describedby": `plan-text-${choice.id}` },
          name: "planId",
          variant: "single",
          onChange: onChoose,
        }}
      >
        <CardTitle id={`plan-title-${choice.id}`}>{choice.name}</CardTitle>
      </CardHeader>
      <CardBody>
        <div id={`plan-text-${choice.id}`} className={styles.planText}>
          <p>{choice.description}</p>
          <LimitList plan={choice} />
          {isRefused ? (
            <HelperText>
              <HelperTextItem variant="warning">{choice.refusal}</HelperTextItem>
            </HelperText>
          ) : null}
        </div>
      </CardBody>
    </Card>
  );
}
