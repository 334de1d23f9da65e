"use client";
import { MenuToggle } from "@patternfly/react-core";
import { EllipsisVIcon } from "@patternfly/react-icons";
import { ActionsColumn, type IAction } from "@patternfly/react-table";

export interface RowAction {
  readonly title: string;
  readonly onClick: () => void;
  readonly isDanger?: boolean;
  /** Why it cannot be done now; shown below the disabled action. */
  readonly refusal?: string;
}

/** The menu at the end of a row, named after what it acts on. */
export function RowActions({ label, actions }: { label: string; actions: readonly RowAction[] }) {
  const items: IAction[] = actions.map(({ title, onClick, isDanger, refusal }) => ({
    title,
    onClick,
    isDanger: isDanger === true && refusal === undefined,
    isAriaDisabled: refusal !== undefined,
    description: refusal,
  }));
  return (
    <ActionsColumn
      items={items}
      popperProps={{ position: "end", maxWidth: "min(26rem, calc(100vw - 2rem))" }}
      actionsToggle={({ onToggle, isOpen, toggleRef }) => (
        <MenuToggle ref={toggleRef} variant="plain" isExpanded={isOpen} onClick={onToggle} aria-label={label} icon={<EllipsisVIcon />} />
      )}
    />
  );
}
