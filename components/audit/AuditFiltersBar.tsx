"use client";
import { Button, DatePicker, FormSelect, FormSelectOption, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { auditObjectTypes, auditOutcomes } from "#contracts/audit/audit.ts";
import { DelayedSearch } from "#components/form/DelayedSearch.tsx";
import { auditActions, isFiltered, type AuditView } from "./audit-view.ts";
import styles from "./audit.module.css";

const searchDelayMs = 300;
const noFilter: AuditView = { actor: "", object: "", objectType: "", action: "", outcome: "", from: "", until: "" };

/** Narrows the trail by person, object, action, outcome and days. */
export function AuditFiltersBar({ view, onChange }: { view: AuditView; onChange: (view: AuditView) => void }) {
  const change = (part: Partial<AuditView>) => onChange({ ...view, ...part });
  const cleared = isFiltered(view) ? "filled" : "empty";
  return (
    <Toolbar inset={{ default: "insetNone" }} aria-label="Filters">
      <ToolbarContent>
        <ToolbarItem><DelayedSearch key={`actor ${cleared}`} delayMs={searchDelayMs} label="Person" placeholder="Person starts with" value={view.actor} onSearch={(actor) => change({ actor })} /></ToolbarItem>
        <ToolbarItem><DelayedSearch key={`object ${cleared}`} delayMs={searchDelayMs} label="Object" placeholder="Object starts with" value={view.object} onSearch={(object) => change({ object })} /></ToolbarItem>
        <ToolbarItem><Choice label="Action" value={view.action} options={auditActions} onChoose={(action) => change({ action })} /></ToolbarItem>
        <ToolbarItem><Choice label="Kind" value={view.objectType} options={auditObjectTypes} onChoose={(objectType) => change({ objectType })} /></ToolbarItem>
        <ToolbarItem><Choice label="Outcome" value={view.outcome} options={auditOutcomes} onChoose={(outcome) => change({ outcome })} /></ToolbarItem>
        <ToolbarItem><Day label="From" value={view.from} onChoose={(from) => change({ from })} /></ToolbarItem>
        <ToolbarItem><Day label="Until" value={view.until} onChoose={(until) => change({ until })} /></ToolbarItem>
        {isFiltered(view) ? <ToolbarItem alignSelf="center"><Button variant="link" isInline onClick={() => onChange(noFilter)}>Clear filters</Button></ToolbarItem> : null}
      </ToolbarContent>
    </Toolbar>
  );
}

function Choice({ label, value, options, onChoose }: { label: string; value: string; options: readonly string[]; onChoose: (value: string) => void }) {
  return (
    <FormSelect aria-label={label} value={value} onChange={(_event, chosen) => onChoose(chosen)} className={styles.choice}>
      <FormSelectOption value="" label={`Any ${label.toLowerCase()}`} />
      {options.map((option) => <FormSelectOption key={option} value={option} label={option} />)}
    </FormSelect>
  );
}

function Day({ label, value, onChoose }: { label: string; value: string; onChoose: (day: string) => void }) {
  return (
    <DatePicker
      value={value}
      placeholder={`${label} day`}
      inputProps={{ "aria-label": label }}
      buttonAriaLabel={`Choose the ${label.toLowerCase()} day`}
      onChange={(_event, day) => (day === "" || /^\d{4}-\d\d-\d\d$/.test(day)) && onChoose(day)}
      className={styles.day}
    />
  );
}
