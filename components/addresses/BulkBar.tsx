"use client";
import { Button, MenuToggle, Select, SelectList, SelectOption } from "@patternfly/react-core";
import { useState } from "react";
import { addressTypeDescriptions } from "#contracts/addresses/type-descriptions.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { counted, formatExact } from "#components/feedback/format.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import type { Outputs } from "#components/trpc/client.ts";
import table from "#components/table/table.module.css";

interface BulkBarProps {
  readonly count: number;
  /** Matches in all, when they can be selected beyond this page. */
  readonly total: number;
  readonly isEverything: boolean;
  readonly plans: readonly Outputs["plans"]["list"][number][];
  readonly onSelectEverything: () => void;
  readonly onClear: () => void;
  readonly onDelete: () => void;
  readonly onChangePlan: (planId: string) => void;
}

/** What can be done to the selected rows. */
export function BulkBar({ count, total, isEverything, plans, onSelectEverything, onClear, onDelete, onChangePlan }: BulkBarProps) {
  const mayNotUpdate = useMissingPermission("address:update");
  const mayNotDelete = useMissingPermission("address:delete");
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div className={table.bulk} role="region" aria-label="Selection">
      <span aria-live="polite">{isEverything ? `All ${formatExact(total)} that match are selected` : `${counted(count, "address", "addresses")} selected`}</span>
      {!isEverything && total > count ? (
        <Button variant="link" isInline onClick={onSelectEverything}>Select all {formatExact(total)} that match</Button>
      ) : null}
      {mayNotUpdate === undefined ? (
        <Select
          isOpen={isOpen}
          onOpenChange={setIsOpen}
          onSelect={(_event, planId) => {
            setIsOpen(false);
            onChangePlan(String(planId));
          }}
          toggle={(ref) => (
            <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setIsOpen(!isOpen)}>Change plan</MenuToggle>
          )}
        >
          <SelectList aria-label="Plans" className={table.options}>
            {plans.map((plan) => (
              <SelectOption key={plan.id} value={plan.id}>
                {plan.name} ({addressTypeDescriptions[plan.type].title.toLowerCase()})
              </SelectOption>
            ))}
          </SelectList>
        </Select>
      ) : (
        <ReasonedButton variant="secondary" reason={mayNotUpdate}>Change plan</ReasonedButton>
      )}
      <ReasonedButton variant="secondary" isDanger={mayNotDelete === undefined} reason={mayNotDelete} onClick={onDelete}>Delete …</ReasonedButton>
      <Button variant="link" isInline onClick={onClear}>Clear selection</Button>
    </div>
  );
}
