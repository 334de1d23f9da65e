"use client";
import { MenuToggle, Select, SelectList, SelectOption, Toolbar, ToolbarContent, ToolbarFilter, ToolbarGroup, ToolbarItem } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { connectionProtocols } from "#contracts/connections/connection.ts";
import { counted } from "#components/feedback/format.ts";
import { DelayedSearch } from "#components/form/DelayedSearch.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { toggled, type ViewChange } from "#components/frame/url-view.ts";
import { keyOf } from "#components/table/filter-key.ts";
import { ExportButton } from "#components/table/ExportButton.tsx";
import type { Exported } from "#components/table/export-rows.ts";
import { useTRPC } from "#components/trpc/client.ts";
import table from "#components/table/table.module.css";
import { type ConnectionListView, isFiltered, noFilters } from "./connection-list-view.ts";
import { protocolWords } from "./connection-words.ts";

const searchDelayMs = 200;

interface ConnectionFiltersProps {
  readonly view: ConnectionListView;
  readonly total: number | undefined;
  readonly onChange: (change: ViewChange<ConnectionListView>) => void;
  readonly onExport: () => Promise<Exported>;
}

/** Search and filters of the list, with a chip for each that is on and the number of matches. */
export function ConnectionFilters({ view, total, onChange, onExport }: ConnectionFiltersProps) {
  const scope = useSpaceScope();
  const credentials = useQuery(useTRPC().credentials.list.queryOptions(scope)).data ?? [];
  return (
    <Toolbar clearAllFilters={() => onChange(noFilters)} clearFiltersButtonText="Clear all">
      <ToolbarContent>
        <ToolbarItem>
          <DelayedSearch label="Find a connection" placeholder="Container, credential, origin, program" delayMs={searchDelayMs} value={view.search} onSearch={(search) => onChange({ search })} />
        </ToolbarItem>
        <ToolbarGroup variant="filter-group">
          <ToolbarFilter
            categoryName="Protocol"
            labels={connectionProtocols.filter((each) => view.protocol.includes(each)).map((key) => ({ key, node: protocolWords[key] }))}
            deleteLabel={(_category, label) => onChange(({ protocol }) => ({ protocol: protocol.filter((each) => each !== keyOf(label)) }))}
            deleteLabelGroup={() => onChange({ protocol: [] })}
          >
            <Choice label="Protocol" options={connectionProtocols.filter((each) => !each.startsWith("mqtt")).map((key) => ({ key, node: protocolWords[key], isChosen: view.protocol.includes(key) }))} onChoose={(key) => onChange(({ protocol }) => ({ protocol: toggled(protocol, key) }))} />
          </ToolbarFilter>
          <ToolbarFilter categoryName="Credential" labels={chip(view.login)} deleteLabel={() => onChange({ login: "" })}>
            <Choice label="Credential" options={credentials.map(({ login, name }) => ({ key: login, node: name, isChosen: view.login === login }))} onChoose={(login) => onChange((held) => ({ login: held.login === login ? "" : login }))} />
          </ToolbarFilter>
          <ToolbarFilter categoryName="Address" labels={chip(view.address)} deleteLabel={() => onChange({ address: "" })}><></></ToolbarFilter>
          <ToolbarFilter categoryName="Container" labels={chip(view.container)} deleteLabel={() => onChange({ container: "" })}><></></ToolbarFilter>
        </ToolbarGroup>
        <ToolbarItem align={{ default: "alignEnd" }} alignSelf="center" aria-live="polite">
          {total === undefined ? "" : isFiltered(view) ? counted(total, "match", "matches") : counted(total, "connection")}
        </ToolbarItem>
        <ToolbarItem alignSelf="center"><ExportButton onExport={onExport} isDisabled={total === undefined} /></ToolbarItem>
      </ToolbarContent>
    </Toolbar>
  );
}

function chip(text: string): string[] {
  return text === "" ? [] : [text];
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: readonly { readonly key: T; readonly node: string; readonly isChosen: boolean }[];
  readonly onChoose: (key: T) => void;
}

function Choice<T extends string>({ label, options, onChoose }: ChoiceProps<T>) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Select
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      onSelect={(_event, key) => onChoose(key as T)}
      toggle={(ref) => <MenuToggle ref={ref} isExpanded={isOpen} isDisabled={options.length === 0} onClick={() => setIsOpen(!isOpen)}>{label}</MenuToggle>}
    >
      <SelectList aria-label={label} className={table.options}>
        {options.map(({ key, node, isChosen }) => <SelectOption key={key} value={key} hasCheckbox isSelected={isChosen}>{node}</SelectOption>)}
      </SelectList>
    </Select>
  );
}
