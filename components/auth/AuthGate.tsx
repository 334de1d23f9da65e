"use client";
import { Bullseye, Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, Spinner } from "@patternfly/react-core";
import { type ReactNode, useEffect, useSyncExternalStore } from "react";
import { ProductMark } from "#components/frame/ProductMark.tsx";
import { authentication, type AuthenticationState } from "./authentication.ts";
import styles from "./auth.module.css";

const startingOnServer: AuthenticationState = { status: "starting" };

/** Shows its children to people who are logged in, and everybody else what the login waits for. */
export function AuthGate({ children }: { children: ReactNode }) {
  const state = useSyncExternalStore(authentication.subscribe, authentication.getState, () => startingOnServer);
  useEffect(() => authentication.start(), []);
  if (state.status === "signed-in") return children;
  return (
    <Bullseye component="main" className={styles.gate}>
      <EmptyState headingLevel="h1" titleText={titleOf(state)} icon={ProductMark} aria-live="polite">
        <EmptyStateBody>{explanationOf(state)}</EmptyStateBody>
        <EmptyStateFooter>
          <EmptyStateActions>
            {state.status === "starting" ? <Spinner size="lg" aria-label="Logging in" /> : null}
            {state.status === "waiting" ? <Button variant="secondary" onClick={authentication.retryNow}>Try now</Button> : null}
            {state.status === "refused" ? <Button variant="primary" onClick={authentication.startOver}>Log in again</Button> : null}
          </EmptyStateActions>
        </EmptyStateFooter>
      </EmptyState>
    </Bullseye>
  );
}

function titleOf(state: AuthenticationState): string {
  if (state.status === "waiting") return state.title;
  return state.status === "refused" ? "You could not be logged in" : "Postroom";
}

function explanationOf(state: AuthenticationState): string {
  if (state.status === "waiting") return `${state.explanation} It is tried again by itself, and this page goes on when it answers.`;
  return state.status === "refused" ? state.explanation : "Logging you in …";
}
