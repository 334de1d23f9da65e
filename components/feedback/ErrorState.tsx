"use client";
import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, PageSection } from "@patternfly/react-core";
import { ExclamationCircleIcon, SearchIcon } from "@patternfly/react-icons";
import type { ErrorCode } from "#contracts/errors.ts";
import { paths } from "#contracts/paths.ts";

import { isPassing, toPublicError } from "#components/trpc/public-error.ts";
import { LinkButton } from "./LinkButton.tsx";

const titles: Partial<Record<ErrorCode, string>> = {
  "not-found": "There is nothing here",
  forbidden: "You may not see this",
  unavailable: "A part does not answer",
  "time-out": "That took too long",
};

interface ErrorStateProps {
  readonly error: unknown;
  readonly onRetry: () => void;
  /** What to say instead of the server's words when the thing was there a moment ago. */
  readonly notFoundHint?: string;
  /** Where to go from something that is not there. */
  readonly back?: { readonly href: string; readonly label: string };
}

/** A failure where the content would be: what failed, and the way on. Passing ones are tried again by themselves. */
export function ErrorState({ error, onRetry, notFoundHint, back = { href: paths.home(), label: "Go to the start page" } }: ErrorStateProps) {
  const { code, message } = toPublicError(error);
  const isMissing = code === "not-found" || code === "forbidden";
  return (
    <PageSection hasBodyWrapper={false} isFilled>
      <EmptyState
        headingLevel="h1"
        titleText={titles[code] ?? "That did not work"}
        icon={isMissing ? SearchIcon : ExclamationCircleIcon}
        status={isMissing ? undefined : "danger"}
      >
        <EmptyStateBody>
          {code === "not-found" && notFoundHint !== undefined ? notFoundHint : message}
          {isPassing(error) ? " It is tried again by itself every few seconds." : ""}
        </EmptyStateBody>
        <EmptyStateFooter>
          <EmptyStateActions>
            {isMissing ? (
              <LinkButton variant="secondary" href={back.href}>{back.label}</LinkButton>
            ) : (
              <Button variant="secondary" onClick={onRetry}>Try now</Button>
            )}
          </EmptyStateActions>
        </EmptyStateFooter>
      </EmptyState>
    </PageSection>
  );
}
