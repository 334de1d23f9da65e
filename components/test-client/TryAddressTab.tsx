"use client";
import { Skeleton } from "@patternfly/react-core";
import { lazy, Suspense } from "react";
import { refusalOf } from "#contracts/phases.ts";
import { useAddress } from "#components/addresses/use-address.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";

const Workbench = lazy(async () => ({ default: (await import("./Workbench.tsx")).Workbench }));

/** Send to and receive from the address in the browser, or why that cannot be done now. */
export function TryAddressTab() {
  const scope = useSpaceScope();
  const address = useAddress();
  const missing = useMissingPermission("message:test");
  const refusal = missing ?? refusalOf("send-and-receive", address.phase);
  if (refusal !== undefined) return <InlineAlert variant="info" title={missing === undefined ? "Not yet" : "You may not do this"}>{refusal}</InlineAlert>;
  return (
    <Suspense
      fallback={
        <Delayed label="Loading the test client">
          <Skeleton height="16rem" />
        </Delayed>
      }
    >
      <Workbench key={address.id} scope={scope} fixedAddress={address.name} />
    </Suspense>
  );
}
