"use client";
import { Button, Card, CardBody, CardTitle, PageSection, Skeleton } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { rememberSpace } from "#components/frame/recent-spaces.ts";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useIsAllowed } from "#components/frame/use-session.ts";
import { QuotaBar } from "#components/plans/QuotaBar.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { ChangeSpacePlan } from "./ChangeSpacePlan.tsx";
import { EndpointList } from "./EndpointList.tsx";
import { FirstSteps } from "./FirstSteps.tsx";
import { TroubleList } from "./TroubleList.tsx";
import charts from "#components/statistics/charts/charts.module.css";
import styles from "./spaces.module.css";

const SpaceRates = dynamic(() => import("#components/statistics/charts/SpaceRates.tsx").then((file) => file.SpaceRates), { ssr: false, loading: () => <div className={charts.placeholderOfOne} /> });

/** A space at a glance: what is used, where to connect, what is in trouble; the first steps while it is empty. */
export function SpaceOverviewScreen() {
  const scope = useSpaceScope();
  const { tenant, space: slug } = scope;
  const space = useQuery(useTRPC().spaces.get.queryOptions(scope));
  const mayChangePlan = useIsAllowed("platform-space:update");
  const [isChangingPlan, setIsChangingPlan] = useState(false);
  const isThere = space.data !== undefined;
  useEffect(() => {
    if (isThere) rememberSpace({ tenant, space: slug });
  }, [isThere, tenant, slug]);
  if (space.data === undefined) {
    if (space.isError) return <ErrorState error={space.error} onRetry={() => void space.refetch()} />;
    return (
      <PageSection hasBodyWrapper={false}>
        <Delayed label="Loading the space">
          <Skeleton width="16rem" height="2rem" />
          <br />
          <Skeleton height="12rem" />
        </Delayed>
      </PageSection>
    );
  }
  const isEmpty = space.data.quota.some(({ name, used }) => name === "addresses" && used === 0);
  return (
    <>
      <ScreenHeader
        title={space.data.name}
        lead={`Address space ${slug} of ${tenant}, on the plan ${space.data.planName}.`}
        action={mayChangePlan ? <Button variant="secondary" onClick={() => setIsChangingPlan(true)}>Change plan</Button> : undefined}
      />
      {isChangingPlan ? <ChangeSpacePlan scope={scope} onClose={() => setIsChangingPlan(false)} /> : null}
      <PageSection hasBodyWrapper={false} isFilled aria-label="Overview">
        {isEmpty ? <FirstSteps scope={scope} /> : null}
        <div className={styles.cards}>
          <div className={styles.column}>
            <Card>
              <CardTitle component="h2">Used of the quota</CardTitle>
              <CardBody className={styles.meters}>
                {space.data.quota.map((meter) => (
                  <QuotaBar key={meter.name} meter={meter} />
                ))}
              </CardBody>
            </Card>
            {isEmpty ? null : <SpaceRates scope={scope} />}
            {isEmpty ? null : <TroubleList scope={scope} />}
          </div>
          <Card>
            <CardTitle component="h2">Where programs connect</CardTitle>
            <CardBody>
              <EndpointList endpoints={space.data.endpoints} />
            </CardBody>
          </Card>
        </div>
      </PageSection>
    </>
  );
}
