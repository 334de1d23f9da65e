"use client";
import {
  MenuToggle, Select, SelectList, SelectOption, Toolbar, ToolbarContent, ToolbarFilter, ToolbarGroup, ToolbarItem,
} from "@patternfly/react-core";
import { useState } from "react";
import { addressTypes, type AddressType } from "#contracts/addresses/address-type.ts";
import { addressTypeDescriptions } from "#contracts/addresses/type-descriptions.ts";
import { phases, type Phase } from "#contracts/phases.ts";
import { counted } from "#components/feedback/format.ts";
import { DelayedSearch } from "#components/form/DelayedSearch.tsx";
import { toggled, type ViewChange } from "#components/frame/url-view.ts";
import { keyOf } from "#components/table/filter-key.ts";
import { ExportButton } from "#components/table/ExportButton.tsx";
import type { Exported } from "#components/table/export-rows.ts";
import type { Outputs } from "#components/trpc/client.ts";
import table from "#components/table/table.module.css";
import { type AddressListView, isFiltered } from "./address-list-view.ts";

const searchDelayMs = 200;

interface AddressFiltersProps {
  readonly plans: readonly Outputs["plans"]["list"][number][];
  readonly view: AddressListView;
  readonly total: number | undefined;
  readonly onChange: (change: ViewChange<AddressListView>) => void;
  readonly onExport: () => Promise<Exported>;
}

/** Search and filters of the list, with a chip for each that is on and the number of matches. */
export function AddressFilters({ view, plans, total, onChange, onExport }: AddressFiltersProps) {
  const typeNames = addressTypes.map((type) => ({ key: type, node: addressTypeDescriptions[type].title }));
  const planNames = plans.map((plan) => ({ key: plan.id, node: `${plan.name} (${addressTypeDescriptions[plan.type].title.toLowerCase()})` }));
  return (
    <Toolbar clearAllFilters={() => onChange({ search: "", type: [], phase: [], plan: [], topic: "" })} clearFiltersButtonText="Clear all" numberOfFiltersText={(count) => `${counted(count, "filter")} applied`}>
      <ToolbarContent>
        <ToolbarItem>
          <DelayedSearch label="Find by name" placeholder="Find by name" delayMs={searchDelayMs} value={view.search} onSearch={(search) => onChange({ search })} />
        </ToolbarItem>
        <ToolbarGroup variant="filter-group">
          <ToolbarFilter
            categoryName="Type"
            labels={typeNames.filter(({ key }) => view.type.includes(key))}
            deleteLabel={(_category, label) => onChange(({ type }) => ({ type: type.filter((each) => each !== keyOf(label)) }))}
            deleteLabelGroup={() => onChange({ type: [] })}
          >
            <CheckSelect label="Type" options={typeNames} chosen={view.type} onToggle={(type: AddressType) => onChange((held) => ({ type: toggled(held.type, type) }))} />
          </ToolbarFilter>
          <ToolbarFilter
            categoryName="Phase"
            labels={[...view.phase]}
            deleteLabel={(_category, label) => onChange(({ phase }) => ({ phase: phase.filter((each) => each !== keyOf(label)) }))}
            deleteLabelGroup={() => onChange({ phase: [] })}
          >
            <CheckSelect
              label="Phase"
              options={phases.map((phase) => ({ key: phase, node: phase }))}
              chosen={view.phase}
              onToggle={(phase: Phase) => onChange((held) => ({ phase: toggled(held.phase, phase) }))}
            />
          </ToolbarFilter>
          <ToolbarFilter
            categoryName="Plan"
            labels={planNames.filter(({ key }) => view.plan.includes(key))}
            deleteLabel={(_category, label) => onChange(({ plan }) => ({ plan: plan.filter((each) => each !== keyOf(label)) }))}
            deleteLabelGroup={() => onChange({ plan: [] })}
          >
            <CheckSelect label="Plan" options={planNames} chosen={view.plan} onToggle={(plan: string) => onChange((held) => ({ plan: toggled(held.plan, plan) }))} />
          </ToolbarFilter>
          {view.topic === "" ? null : (
            <ToolbarFilter categoryName="Subscriptions of" labels={[view.topic]} deleteLabel={() => onChange({ topic: "" })}>{null}</ToolbarFilter>
          )}
        </ToolbarGroup>
        <ToolbarItem align={{ default: "alignEnd" }} alignSelf="center" aria-live="polite">
          {total === undefined ? "" : isFiltered(view) ? counted(total, "match", "matches") : counted(total, "address", "addresses")}
        </ToolbarItem>
        <ToolbarItem alignSelf="center"><ExportButton onExport={onExport} isDisabled={total === undefined} /></ToolbarItem>
      </ToolbarContent>
    </Toolbar>
  );
}

interface CheckSelectProps<T extends string> {
  readonly label: string;
  readonly options: readonly { key: T; node: string }[];
  readonly chosen: readonly T[];
  readonly onToggle: (option: T) => void;
}

function CheckSelect<T extends string>({ label, options, chosen, onToggle }: CheckSelectProps<T>) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Select
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      selected={[...chosen]}
      onSelect={(_event, option) => onToggle(option as T)}
      toggle={(ref) => (
        <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {label}
        </MenuToggle>
      )}
    >
      <SelectList aria-label={label} className={table.options}>
        {options.map(({ key, node }) => (
          <SelectOption key={key} value={key} hasCheckbox isSelected={chosen.includes(key)}>
            {node}
          </SelectOption>
        ))}
      </SelectList>
    </Select>
  );
}
