"use client";
import { Bullseye, Button, EmptyState, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import { SearchIcon } from "@patternfly/react-icons";

export function PageNotFound() {
  return (
    <Bullseye component="main" style={{ minHeight: "100dvh" }}>
      <EmptyState headingLevel="h1" titleText="There is no such page" icon={SearchIcon}>
        <EmptyStateBody>The link is wrong, or older than this version of the console.</EmptyStateBody>
        <EmptyStateFooter>
          <Button variant="primary" component="a" href="/">Go to the start page</Button>
        </EmptyStateFooter>
      </EmptyState>
    </Bullseye>
  );
}
