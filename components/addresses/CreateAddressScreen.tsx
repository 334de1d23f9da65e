"use client";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { lazy, Suspense } from "react";
import { PageSection, Skeleton } from "@patternfly/react-core";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { addressNameMaxCharacters } from "#contracts/naming.ts";
import { missingPermission } from "#contracts/permissions.ts";
import { PostroomError } from "#contracts/errors.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useRoles } from "#components/frame/use-session.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { type AddressDraft, emptyDraft, readDraft } from "./address-draft.ts";

const AddressWizard = lazy(async () => ({ default: (await import("./AddressWizard.tsx")).AddressWizard }));

export function CreateAddressScreen() {
  const scope = useSpaceScope();
  const parameters = useSearchParams();
  const cloned = parameters.get("clone");
  const topic = parameters.get("topic");
  const missing = missingPermission(useRoles(), "address:create");
  if (missing !== undefined) {
    return <ErrorState error={new PostroomError({ code: "forbidden", message: missing })} onRetry={() => location.reload()} />;
  }
  if (cloned !== null) return <ClonedWizard scope={scope} name={cloned} />;
  return <Wizard scope={scope} initial={topic === null ? undefined : keptOr(scope, subscriptionOf(topic))} />;
}

/** A wizard that is about a subscription of this topic. */
function subscriptionOf(topic: string): AddressDraft {
  return { ...emptyDraft, type: "subscription", topic, begunFrom: topic };
}

/** After a reload what was typed since counts. */
function keptOr(scope: SpaceScope, begun: AddressDraft): AddressDraft {
  const kept = readDraft(scope);
  return kept.begunFrom === begun.begunFrom && kept.type === begun.type ? kept : begun;
}

/** The wizard, filled in with what another address is. */
function ClonedWizard({ scope, name }: { scope: SpaceScope; name: string }) {
  const original = useQuery(useTRPC().addresses.get.queryOptions({ ...scope, name }));
  if (original.isError && original.data === undefined) return <ErrorState error={original.error} onRetry={() => void original.refetch()} />;
  if (original.data === undefined) return null;
  const { type, topic, planId, options } = original.data;
  const copy = { type, topic: topic ?? "", planId, options, name: `${name}-copy`.slice(0, addressNameMaxCharacters), begunFrom: name, step: 1 };
  return <Wizard scope={scope} initial={keptOr(scope, copy)} />;
}

function Wizard({ scope, initial }: { scope: SpaceScope; initial?: AddressDraft }) {
  return (
    <Suspense
      fallback={
        <PageSection hasBodyWrapper={false}>
          <Delayed label="Loading the wizard">
            <Skeleton height="24rem" />
          </Delayed>
        </PageSection>
      }
    >
      <AddressWizard key={`${scope.tenant}/${scope.space}`} scope={scope} initial={initial} />
    </Suspense>
  );
}
