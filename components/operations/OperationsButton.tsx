"use client";
import { Button } from "@patternfly/react-core";
import { HistoryIcon } from "@patternfly/react-icons";
import dynamic from "next/dynamic";
import { useSpaceScope } from "#components/frame/route.ts";
import { showOperations, useOperationsShown } from "./operations-panel.ts";
import { countUnderWay, useOperations } from "./use-operations.ts";

const OperationsPanel = dynamic(() => import("./OperationsPanel.tsx").then((file) => file.OperationsPanel), { ssr: false });

/** Opens the operations of the space, and says how many are under way. */
export function OperationsButton() {
  const { space } = useSpaceScope();
  const isShown = useOperationsShown();
  const { data } = useOperations();
  if (space === "") return null;
  const running = countUnderWay(data);
  return (
    <>
      <Button variant="plain" icon={<HistoryIcon />} aria-label={running === 0 ? "Operations" : `Operations: ${running} under way`} aria-expanded={isShown} onClick={() => showOperations(!isShown)}>
        {running === 0 ? null : running}
      </Button>
      {isShown ? <OperationsPanel /> : null}
    </>
  );
}
