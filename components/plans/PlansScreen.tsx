"use client";
import { Button, Label, PageSection, Skeleton, Title } from "@patternfly/react-core";
import { PlusIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { formatBytes } from "#contracts/plans/quota-sentences.ts";
import { TypeBadge } from "#components/addresses/TypeBadge.tsx";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { formatExact } from "#components/feedback/format.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { ExportButton } from "#components/table/ExportButton.tsx";
import { type RowAction, RowActions } from "#components/table/RowActions.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { PlanEditor } from "./PlanEditor.tsx";
import { whenFullWords } from "./limit-words.ts";
import type { ManagedPlan, PlanKind } from "./plan-fields.ts";
import styles from "./plans.module.css";

/** All plans of the installation: compare, change, retire; for platform administrators. */
export function PlansScreen() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const plans = useQuery(trpc.plans.listManaged.queryOptions());
  const [edited, setEdited] = useState<{ kind: PlanKind; plan: ManagedPlan | undefined }>();
  const done = {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.plans.listManaged.queryKey() }),
    onError: (error: unknown) => toast({ variant: "danger", title: "That did not work", detail: toPublicError(error).message }),
  };
  const retire = useMutation(trpc.plans.retire.mutationOptions(done));
  const rollOut = useMutation(trpc.plans.rollOut.mutationOptions(done));
  if (plans.data === undefined) {
    if (plans.isError) return <ErrorState error={plans.error} onRetry={() => void plans.refetch()} />;
    return <PageSection hasBodyWrapper={false}><Delayed label="Loading plans"><Skeleton height="20rem" /></Delayed></PageSection>;
  }
  const { addressPlans, spacePlans } = plans.data;
  const actionsOf = (kind: PlanKind, plan: ManagedPlan): RowAction[] => [
    { title: "Change", onClick: () => setEdited({ kind, plan }) },
    { title: plan.isRetired ? "Offer again" : "Retire", onClick: () => retire.mutate({ kind, id: plan.id, isRetired: !plan.isRetired }) },
    { title: "Roll out again", refusal: plan.behind === 0 ? "Everything on it follows its newest version." : undefined, onClick: () => rollOut.mutate({ kind, id: plan.id }) },
  ];
  return (
    <>
      <ScreenHeader title="Plans" lead="What addresses and spaces may use. A retired plan is offered to nothing new; what is on it stays." />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Plans" className={styles.plans}>
        <div className={styles.plansHead}>
          <Title headingLevel="h2" size="lg">Space plans</Title>
          <div className={styles.plansActions}>
            <ExportButton onExport={async () => (await import("./export-plans.ts")).exportSpacePlans(spacePlans)} />
            <Button variant="secondary" icon={<PlusIcon />} onClick={() => setEdited({ kind: "space-plan", plan: undefined })}>New space plan</Button>
          </div>
        </div>
        <Table variant="compact" aria-label="Space plans" gridBreakPoint="grid-md">
          <Thead>
            <Tr>
              <Th>Name</Th><Th modifier="wrap" className={styles.amount}>Addresses</Th><Th modifier="wrap" className={styles.amount}>Stored in all</Th><Th modifier="wrap" className={styles.amount}>Connections</Th><Th modifier="wrap" className={styles.amount}>Credentials</Th><Th modifier="wrap" className={styles.amount}>Address plans</Th><Th modifier="wrap" className={styles.amount}>Spaces</Th><Th modifier="wrap" className={styles.amount}>Version</Th><Th screenReaderText="Actions" />
            </Tr>
          </Thead>
          <Tbody>
            {spacePlans.map((plan) => (
              <Tr key={plan.id}>
                <Td dataLabel="Name"><PlanName plan={plan} /></Td>
                <Td dataLabel="Addresses" className={styles.amount}>{formatExact(plan.maxAddresses)}</Td>
                <Td dataLabel="Stored in all" className={styles.amount}>{formatBytes(plan.maxStoredBytes)}</Td>
                <Td dataLabel="Connections" className={styles.amount}>{formatExact(plan.maxConnections)}</Td>
                <Td dataLabel="Credentials" className={styles.amount}>{formatExact(plan.maxCredentials)}</Td>
                <Td dataLabel="Address plans" className={styles.amount}>{plan.addressPlanIds.length}</Td>
                <Td dataLabel="Spaces" className={styles.amount}><Users plan={plan} /></Td>
                <Td dataLabel="Version" className={styles.amount}>{plan.version}</Td>
                <Td isActionCell><RowActions label={`Actions for the space plan ${plan.name}`} actions={actionsOf("space-plan", plan)} /></Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
        <div className={styles.plansHead}>
          <Title headingLevel="h2" size="lg">Address plans</Title>
          <div className={styles.plansActions}>
            <ExportButton onExport={async () => (await import("./export-plans.ts")).exportAddressPlans(addressPlans)} />
            <Button variant="secondary" icon={<PlusIcon />} onClick={() => setEdited({ kind: "address-plan", plan: undefined })}>New address plan</Button>
          </div>
        </div>
        <Table variant="compact" aria-label="Address plans" gridBreakPoint="grid-md">
          <Thead>
            <Tr>
              <Th>Type</Th><Th>Name</Th><Th modifier="wrap" className={styles.amount}>Stored</Th><Th modifier="wrap" className={styles.amount}>One message</Th><Th modifier="wrap" className={styles.amount}>Consumers</Th><Th>When full</Th><Th modifier="wrap" className={styles.amount}>Addresses</Th><Th modifier="wrap" className={styles.amount}>Version</Th><Th screenReaderText="Actions" />
            </Tr>
          </Thead>
          <Tbody>
            {addressPlans.map((plan) => (
              <Tr key={plan.id}>
                <Td dataLabel="Type"><div><TypeBadge type={plan.type} /></div></Td>
                <Td dataLabel="Name"><PlanName plan={plan} /></Td>
                <Td dataLabel="Stored" className={styles.amount}>{plan.storedBytes === null ? "–" : formatBytes(plan.storedBytes)}</Td>
                <Td dataLabel="One message" className={styles.amount}>{formatBytes(plan.maxMessageBytes)}</Td>
                <Td dataLabel="Consumers" className={styles.amount}>{formatExact(plan.maxConsumers)}</Td>
                <Td dataLabel="When full">{plan.whenFull === null ? "–" : whenFullWords[plan.whenFull]}</Td>
                <Td dataLabel="Addresses" className={styles.amount}><Users plan={plan} /></Td>
                <Td dataLabel="Version" className={styles.amount}>{plan.version}</Td>
                <Td isActionCell><RowActions label={`Actions for the address plan ${plan.id}`} actions={actionsOf("address-plan", plan)} /></Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      </PageSection>
      {edited === undefined ? null : <PlanEditor kind={edited.kind} plan={edited.plan} addressPlans={addressPlans} onClose={() => setEdited(undefined)} />}
    </>
  );
}

function PlanName({ plan }: { plan: ManagedPlan }) {
  return <span>{plan.name} {plan.isRetired ? <Label isCompact color="grey">Retired</Label> : null}</span>;
}

function Users({ plan }: { plan: ManagedPlan }) {
  return <span>{formatExact(plan.users)}{plan.behind === 0 ? "" : `, ${formatExact(plan.behind)} behind`}</span>;
}
