"use client";
import { PageSection } from "@patternfly/react-core";
import { useState } from "react";
import { PostroomError } from "#contracts/errors.ts";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import type { Outputs } from "#components/trpc/client.ts";
import { CredentialForm } from "./CredentialForm.tsx";
import { SecretOnce } from "./SecretOnce.tsx";

/** Make a credential; then its secret, once. */
export function CreateCredentialScreen() {
  const scope = useSpaceScope();
  const missing = useMissingPermission("credential:create");
  const [created, setCreated] = useState<Outputs["credentials"]["create"]>();
  if (missing !== undefined) {
    return <ErrorState error={new PostroomError({ code: "forbidden", message: missing })} onRetry={() => location.reload()} />;
  }
  return (
    <>
      <ScreenHeader title={created === undefined ? "Create credential" : `Credential ${created.credential.name}`} />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Credential">
        {created === undefined ? <CredentialForm scope={scope} onCreated={setCreated} /> : <SecretOnce scope={scope} created={created} />}
      </PageSection>
    </>
  );
}
