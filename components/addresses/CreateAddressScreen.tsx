"use client";
import { lazy, Suspense } from "react";
import { PageSection, Skeleton } from "@patternfly/react-core";
import { missingPermission } from "#contracts/permissions.ts";
import { PostroomError } from "#contracts/errors.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useRoles } from "#components/frame/use-session.ts";

const AddressWizard = lazy(async () => ({ default: (await import("./AddressWizard.tsx")).AddressWizard }));

export function CreateAddressScreen() {
  const scope = useSpaceScope();
  const missing = missingPermission(useRoles(), "address:create");
  if (missing !== undefined) {
    return <ErrorState error={new PostroomError({ code: "forbidden", message: missing })} onRetry={() => location.reload()} />;
  }
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
      <AddressWizard key={`${scope.tenant}/${scope.space}`} scope={scope} />
    </Suspense>
  );
}
