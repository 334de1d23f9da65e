"use client";
import { Button, Content, Panel, PanelHeader, PanelMain, PanelMainBody, Title } from "@patternfly/react-core";
import { TimesIcon } from "@patternfly/react-icons";
import { createPortal } from "react-dom";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { ExportButton } from "#components/table/ExportButton.tsx";
import { OperationItem } from "./OperationItem.tsx";
import { showOperations } from "./operations-panel.ts";
import styles from "./operations.module.css";
import { useOperations } from "./use-operations.ts";

/** What is being done to many things of the space, and what was: it goes on whether anybody looks or not. */
export function OperationsPanel() {
  const scope = useSpaceScope();
  const query = useOperations();
  // Outside of the masthead, whose layout it would otherwise take part in.
  return createPortal(
    <Panel variant="raised" isScrollable className={styles.panel}>
      <section aria-label="Operations">
        <PanelHeader className={styles.header}>
          <Title headingLevel="h2" size="lg">Operations</Title>
          <ExportButton isDisabled={!query.data?.length} onExport={async () => (await import("./export-operations.ts")).exportOperations(scope, query.data ?? [])} />
          <Button variant="plain" icon={<TimesIcon />} aria-label="Close the operations" onClick={() => showOperations(false)} />
        </PanelHeader>
        <PanelMain maxHeight="70vh">
          <PanelMainBody>
            {query.data === undefined && query.isError ? <ErrorState error={query.error} onRetry={() => void query.refetch()} /> : null}
            {query.data?.length === 0 ? (
              <Content component="p">Nothing runs here. Changes of many addresses and of messages appear here with their progress; they go on when the page is closed.</Content>
            ) : null}
            <ul className={styles.list} aria-label="Operations of this space">
              {query.data?.map((operation) => <OperationItem key={operation.id} operation={operation} />)}
            </ul>
          </PanelMainBody>
        </PanelMain>
      </section>
    </Panel>,
    document.body,
  );
}
