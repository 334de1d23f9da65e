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
  const { field: { ref: planRef, value: planId, onChange: choosePlan }, fieldState: planState } = useController({ control, name: "planId" });
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
      <Content component="p">A plan sets absolute limits for this one address.</Content>
      <fieldset className={styles.choices} ref={planRef} tabIndex={-1}>
        <legend className={styles.legend}>Plan</legend>
        {planState.invalid ? (
          <FormHelperText>
            <HelperText isLiveRegion>
              <HelperTextItem variant="error">{planState.error?.message}</HelperTextItem>
            </HelperText>
          </FormHelperText>
        ) : null}
        <Gallery hasGutter minWidths={{ default: "min(100%, 15rem)" }}>
          {choices.data.map((choice) => (
            <PlanCard key={choice.id} choice={choice} isChosen={planId === choice.id} onChoose={() => choosePlan(choice.id)} />
          ))}
        </Gallery>
      </fieldset>
    </>
  );
}

function PlanCard({ choice, isChosen, onChoose }: { choice: PlanChoice; isChosen: boolean; onChoose: () => void }) {
  const isRefused = choice.refusal !== null;
  return (
    <Card id={`plan-card-${choice.id}`} isSelectable isCompact isSelected={isChosen} isDisabled={isRefused} className={styles.choice}>
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
