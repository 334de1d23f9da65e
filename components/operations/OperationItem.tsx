"use client";
import { ExpandableSection, Label, Progress, ProgressMeasureLocation } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { operationPermissions, type Operation } from "#contracts/operations/operation.ts";
import { isUnderWay, type OperationPhase } from "#contracts/operations/operation-phase.ts";
import { counted, formatExact } from "#components/feedback/format.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { operationState, operationTitle } from "./operation-words.ts";
import styles from "./operations.module.css";

const statuses: Record<OperationPhase, "info" | "success" | "danger" | "warning"> = { Pending: "info", Running: "info", Done: "success", Failed: "danger", Cancelled: "warning" };

/** One operation: how far it has come, what it could not do and why, and the way to end it. */
export function OperationItem({ operation }: { operation: Operation }) {
  const { id, kind, phase, reason, total, done, failed, failures, requestedBy, createdAt, cancelRequestedBy } = operation;
  const scope = useSpaceScope();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const missing = useMissingPermission(operationPermissions[kind]);
  const cancel = useMutation(
    trpc.operations.cancel.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.operations.list.queryKey(scope) }),
      onError: (error) => toast({ variant: "danger", title: "It was not cancelled", detail: toPublicError(error).message }),
    }),
  );
  const title = operationTitle(operation);
  const ended = done + failed;
  const label = total === null ? formatExact(ended) : `${formatExact(ended)} of ${formatExact(total)}`;
  const status = phase === "Done" && failed > 0 ? "warning" : statuses[phase];
  return (
    <li className={styles.item} aria-label={title}>
      <div className={styles.line}>
        <strong>{title}</strong>
        <Label isCompact status={status}>{operationState(operation)}</Label>
      </div>
      <Progress
        value={total === null || total === 0 ? (isUnderWay(phase) ? 0 : 100) : Math.min(100, (ended / total) * 100)}
        label={label}
        valueText={label}
        aria-label={`Progress of ${title}`}
        measureLocation={ProgressMeasureLocation.outside}
        variant={status === "info" ? undefined : status}
        size="sm"
      />
      {reason === null ? null : <div>{reason}</div>}
      {failed === 0 ? null : (
        <ExpandableSection toggleText={`${counted(failed, "failure")}`}>
          <ul className={styles.failures} aria-label="Failures">
            {failures.map((failure) => <li key={failure.name}><strong>{failure.name}</strong>: {failure.reason}</li>)}
            {failed > failures.length ? <li>and {formatExact(failed - failures.length)} more</li> : null}
          </ul>
        </ExpandableSection>
      )}
      <div className={styles.line}>
        <small>{requestedBy}, <RelativeTime at={createdAt} /></small>
        {isUnderWay(phase) && cancelRequestedBy === null ? (
          <ReasonedButton variant="link" isInline reason={missing} isLoading={cancel.isPending} onClick={() => cancel.mutate({ ...scope, id })}>Cancel</ReasonedButton>
        ) : null}
      </div>
    </li>
  );
}
