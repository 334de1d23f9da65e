"use client";
import { Title } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import type { CreateAddressFields, SpaceScope } from "#contracts/addresses/address.ts";
import { addressTypeDescriptions } from "#contracts/addresses/type-descriptions.ts";
import { QuotaBar } from "#components/plans/QuotaBar.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { useChosenPlan } from "./use-chosen-plan.ts";
import styles from "./wizard.module.css";

/** What will exist, and what it takes from the quota, while the form is being filled in. */
export function AddressSummary({ scope }: { scope: SpaceScope }) {
  const [name, type, topic] = useWatch<CreateAddressFields, ["name", "type", "topic"]>({ name: ["name", "type", "topic"] });
  const plan = useChosenPlan(scope);
  const space = useQuery(useTRPC().spaces.get.queryOptions(scope));
  const before = plan?.quotaBefore ?? space.data?.quota ?? [];
  const after = new Map(plan?.quotaAfter.map((meter) => [meter.name, meter.used]));
  const addressesAfter = (used: number) => (plan === undefined ? used + 1 : used);
  return (
    <div className={styles.summaryBody}>
      <Title headingLevel="h2" size="md">What will exist</Title>
      <dl className={styles.summaryLines}>
        <Line term="Name" value={name} />
        <Line term="Type" value={(type as CreateAddressFields["type"] | undefined) === undefined ? "" : addressTypeDescriptions[type].title} />
        {(type as CreateAddressFields["type"] | undefined) === "subscription" ? <Line term="Topic" value={topic} /> : null}
        <Line term="Plan" value={plan?.name ?? ""} />
        <Line term="In" value={`${scope.tenant} / ${scope.space}`} />
      </dl>
      <Title headingLevel="h3" size="md">Quota of this space</Title>
      {before
        .filter((meter) => meter.name === "addresses" || meter.name === "storedBytes")
        .map((meter) => (
          <QuotaBar key={meter.name} meter={meter} after={after.get(meter.name) ?? (meter.name === "addresses" ? addressesAfter(meter.used) : meter.used)} />
        ))}
    </div>
  );
}

function Line({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{value === "" ? <span className={styles.open}>not chosen yet</span> : value}</dd>
    </div>
  );
}
