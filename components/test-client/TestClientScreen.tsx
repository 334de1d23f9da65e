"use client";
import { PageSection, Skeleton } from "@patternfly/react-core";
import { lazy, Suspense } from "react";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";

const Workbench = lazy(async () => ({ default: (await import("./Workbench.tsx")).Workbench }));

/** Send to, receive from and ask over any addresses of the space, side by side, from the browser. */
export function TestClientScreen() {
  const scope = useSpaceScope();
  const missing = useMissingPermission("message:test");
  return (
    <>
      <ScreenHeader title="Test client" lead="Real AMQP from this browser, under your own rights, over as many addresses as you like." />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Panes">
        {missing === undefined ? (
          <Suspense
            fallback={
              <Delayed label="Loading the test client">
                <Skeleton height="16rem" />
              </Delayed>
            }
          >
            <Workbench scope={scope} />
          </Suspense>
        ) : (
          <InlineAlert variant="info" title="You may not do this">{missing}</InlineAlert>
        )}
      </PageSection>
    </>
  );
}
