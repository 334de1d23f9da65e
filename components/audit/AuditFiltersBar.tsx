"use client";
import { Button, DatePicker, FormSelect, FormSelectOption, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { auditObjectTypes, auditOutcomes } from "#contracts/audit/audit.ts";
import { DelayedSearch } from "#components/form/DelayedSearch.tsx";
import { auditActions, isFiltered, noAuditFilters, type AuditView } from "./audit-view.ts";
import styles from "./audit.module.css";

const searchDelayMs = 300;

/** Narrows the trail by person, object, action, outcome and days. */
export function AuditFiltersBar({ view, onChange }: { view: AuditView; onChange: (change: Partial<AuditView>) => void }) {
  return (
    <Toolbar inset={{ default: "insetNone" }} aria-label="Filters">
      <ToolbarContent>
        <ToolbarItem><DelayedSearch delayMs={searchDelayMs} label="Person" placeholder="Person starts with" value={view.actor} onSearch={(actor) => onChange({ actor })} /></ToolbarItem>
        <ToolbarItem><DelayedSearch delayMs={searchDelayMs} label="Object" placeholder="Object starts with" value={view.object} onSearch={(object) => onChange({ object })} /></ToolbarItem>
        <ToolbarItem><Choice label="Action" value={view.action} options={auditActions} onChoose={(action) => onChange({ action })} /></ToolbarItem>
        <ToolbarItem><Choice label="Kind" value={view.objectType} options={auditObjectTypes} onChoose={(objectType) => onChange({ objectType })} /></ToolbarItem>
        <ToolbarItem><Choice label="Outcome" value={view.outcome} options={auditOutcomes} onChoose={(outcome) => onChange({ outcome })} /></ToolbarItem>
        <ToolbarItem><Day label="From" value={view.from} onChoose={(from) => onChange({ from })} /></ToolbarItem>
        <ToolbarItem><Day label="Until" value={view.until} onChoose={(until) => onChange({ until })} /></ToolbarItem>
        {isFiltered(view) ? <ToolbarItem alignSelf="center"><Button variant="link" isInline onClick={() => onChange(noAuditFilters)}>Clear filters</Button></ToolbarItem> : null}
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
