"use client";
import { Card, CardBody, CardTitle, Icon, Skeleton } from "@patternfly/react-core";
import { CheckCircleIcon } from "@patternfly/react-icons";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Cause } from "#contracts/addresses/explanation.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { FindingList } from "./FindingList.tsx";
import type { ExplainedAddress } from "./step-places.ts";
import styles from "./explanation.module.css";

/** A part that goes away announces nothing; otherwise changes are pushed. */
const refetchMs = 15_000;

interface ExplainPanelProps {
  readonly address: ExplainedAddress;
  /** What can be done about a cause right here. */
  readonly actions?: Partial<Record<Cause, ReactNode>>;
}

/** Why messages of an address do not flow, or wait, in words; it changes by itself. */
export function ExplainPanel({ address, actions }: ExplainPanelProps) {
  const { tenant, space, name } = address;
  const { data, isError, error } = useQuery({ ...useTRPC().addresses.explain.queryOptions({ tenant, space, name }), refetchInterval: refetchMs });
  return (
    <Card aria-live="polite" aria-label="What goes on here">
      <CardTitle component="h2">What goes on here</CardTitle>
      <CardBody>
        {isError ? <InlineAlert isPlain variant="warning" title="This may be out of date">{toPublicError(error).message}</InlineAlert> : null}
        {data === undefined && !isError ? <Delayed label="Looking at what goes on"><Skeleton height="3rem" /></Delayed> : null}
        {data?.findings.length === 0 ? (
          <p className={styles.calm}><Icon status="success" isInline><CheckCircleIcon /></Icon> <span>{data.calm}</span></p>
        ) : null}
        {data !== undefined && data.findings.length > 0 ? <FindingList findings={data.findings} address={address} actions={actions} /> : null}
      </CardBody>
    </Card>
  );
}
