"use client";
import { MenuSearch, MenuSearchInput, MenuToggle, SearchInput, Select, SelectGroup, SelectList, SelectOption } from "@patternfly/react-core";
import { useState } from "react";
import { paths } from "#contracts/paths.ts";
import { useLeaveTo } from "#components/form/LeaveGuard.tsx";
import { readRecentSpaces } from "./recent-spaces.ts";
import { useSpaceScope } from "./route.ts";
import { useSession, type Session } from "./use-session.ts";
import styles from "./frame.module.css";

const maxShown = 50;

interface Choice {
  readonly id: string;
  readonly tenant: string;
  readonly tenantName: string;
  readonly space: string;
  readonly spaceName: string;
}

function choicesOf(session: Session): Choice[] {
  return session.tenants.flatMap((tenant) =>
    tenant.spaces.map((space) => ({ id: `${tenant.slug}/${space.slug}`, tenant: tenant.slug, tenantName: tenant.name, space: space.slug, spaceName: space.name })),
  );
}

function matches(choice: Choice, words: string): boolean {
  const text = `${choice.id} ${choice.tenantName} ${choice.spaceName}`.toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function option(choice: Choice) {
  return (
    <SelectOption key={choice.id} value={choice.id} description={choice.tenantName === choice.tenant ? undefined : choice.tenantName}>
      {choice.tenant} / {choice.space}
    </SelectOption>
  );
}

/** Which tenant and space the screens are about; type to find another. */
export function SpaceSwitcher() {
  const session = useSession();
  const { tenant, space } = useSpaceScope();
  const leaveTo = useLeaveTo();
  const [isOpen, setIsOpen] = useState(false);
  const [words, setWords] = useState("");
  const choices = choicesOf(session);
  const current = choices.find((choice) => choice.tenant === tenant && choice.space === space);
  if (choices.length === 0) return null;
  const recentIds = isOpen && words === "" && choices.length > 5 ? readRecentSpaces().map((recent) => `${recent.tenant}/${recent.space}`) : [];
  const recent = recentIds.flatMap((id) => choices.find((choice) => choice.id === id) ?? []);
  const found = choices.filter((choice) => !recentIds.includes(choice.id) && matches(choice, words)).slice(0, maxShown);
  const close = (open: boolean) => {
    setIsOpen(open);
    if (!open) setWords("");
  };
  const shown = current === undefined ? "Choose a space" : `${current.tenant} / ${current.space}`;
  return (
    <Select
      isOpen={isOpen}
      onOpenChange={close}
      selected={current?.id}
      isScrollable
      onSelect={(_event, id) => {
        const chosen = choices.find((choice) => choice.id === id);
        close(false);
        if (chosen !== undefined) leaveTo(paths.space(chosen.tenant, chosen.space));
      }}
      toggle={(ref) => (
        <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => close(!isOpen)} className={styles.switcherToggle} aria-label={`Tenant and space: ${shown}`}>
          {shown}
        </MenuToggle>
      )}
    >
      <MenuSearch>
        <MenuSearchInput>
          <SearchInput aria-label="Find a tenant or space" placeholder="Find a tenant or space" value={words} onChange={(_event, value) => setWords(value)} onClear={() => setWords("")} />
        </MenuSearchInput>
      </MenuSearch>
      {recent.length > 0 ? (
        <SelectGroup label="Last visited">
          <SelectList aria-label="Last visited spaces">{recent.map(option)}</SelectList>
        </SelectGroup>
      ) : null}
      <SelectList aria-label="Spaces">{found.length > 0 ? found.map(option) : <SelectOption isDisabled>Nothing matches “{words}”</SelectOption>}</SelectList>
    </Select>
  );
}
