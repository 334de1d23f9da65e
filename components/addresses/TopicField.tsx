"use client";
import { FormGroup, MenuToggle, Select, SelectList, SelectOption, TextInputGroup, TextInputGroupMain } from "@patternfly/react-core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from "react";
import { useController, useFormContext } from "react-hook-form";
import { type CreateAddressFields, listAddressesSchema, type SpaceScope } from "#contracts/addresses/address.ts";
import { paths } from "#contracts/paths.ts";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import styles from "./wizard.module.css";

const maxOffered = 20;

/** The topic of a subscription: typed, and chosen from those whose names hold what is typed. */
export function TopicField({ scope }: { scope: SpaceScope }) {
  const { control } = useFormContext<CreateAddressFields>();
  const { field: { ref, value, onChange, onBlur }, fieldState } = useController({ control, name: "topic" });
  const [isOpen, setIsOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const search = useDeferredValue(value);
  const input = useRef<HTMLInputElement>(null);
  // PatternFly takes no callback as a ref; the form only wants to move the focus here.
  useEffect(() => ref({ focus: () => input.current?.focus() }), [ref]);
  const isAsked = listAddressesSchema.shape.search.safeParse(search).success;
  const topics = useQuery({
    ...useTRPC().addresses.list.queryOptions({ ...scope, type: ["topic"], search, limit: maxOffered }, { enabled: isAsked, placeholderData: keepPreviousData }),
  });
  const names = (topics.data?.items ?? []).map(({ name }) => name);
  const hasMore = (topics.data?.total ?? 0) > names.length;
  const isEmpty = topics.data?.total === 0;
  const close = () => {
    setIsOpen(false);
    setActive(-1);
  };
  const choose = (name: string) => {
    onChange(name);
    close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setIsOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (names.length > 0) setActive((before) => (before + step + names.length + (before < 0 && step < 0 ? 1 : 0)) % names.length);
    } else if (event.key === "Enter" && isOpen && active >= 0) {
      event.preventDefault();
      choose(names[active] ?? value);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };
  return (
    <FormGroup label="Topic" isRequired fieldId="address-topic">
      <div className={styles.name}>
        <Select
          id="address-topic-list"
          isOpen={isOpen}
          selected={value}
          isScrollable
          variant="typeahead"
          onOpenChange={(open) => open || close()}
          onSelect={(_event, name) => typeof name === "string" && choose(name)}
          toggle={(toggleRef) => (
            <MenuToggle ref={toggleRef} variant="typeahead" isExpanded={isOpen} isFullWidth status={fieldState.invalid ? "danger" : undefined} aria-label="Show the topics of this space" onClick={() => setIsOpen(!isOpen)}>
              <TextInputGroup isPlain>
                <TextInputGroupMain
                  innerRef={input}
                  inputId="address-topic"
                  value={value}
                  placeholder="Type to find a topic"
                  role="combobox"
                  isExpanded={isOpen}
                  aria-controls="address-topic-list"
                  {...(active >= 0 && names[active] !== undefined ? { "aria-activedescendant": `topic-option-${active}` } : {})}
                  autoComplete="off"
                  inputProps={{ "aria-label": "Topic", "aria-describedby": "address-topic-help", "aria-invalid": fieldState.invalid, spellCheck: false }}
                  onBlur={onBlur}
                  onClick={() => setIsOpen(true)}
                  onKeyDown={onKeyDown}
                  onChange={(_event, typed) => {
                    onChange(typed);
                    setActive(-1);
                    setIsOpen(true);
                  }}
                />
              </TextInputGroup>
            </MenuToggle>
          )}
        >
          <SelectList aria-label="Topics">
            {names.map((name, index) => (
              <SelectOption key={name} id={`topic-option-${index}`} value={name} isFocused={index === active}>{name}</SelectOption>
            ))}
            {topics.isError ? <SelectOption isDisabled>The topics could not be loaded. Type the whole name.</SelectOption> : null}
            {isEmpty ? <SelectOption isDisabled>{value === "" ? "This space has no topic yet." : `No topic has “${value}” in its name.`}</SelectOption> : null}
            {hasMore ? <SelectOption isDisabled>There are more; type a part of the name.</SelectOption> : null}
          </SelectList>
        </Select>
      </div>
      <FieldHelp id="address-topic-help" error={fieldState.error?.message}>
        {topics.data !== undefined && isEmpty && value === "" ? (
          <>This space has no topic yet. <a href={paths.createAddress(scope.tenant, scope.space)}>Create one first.</a></>
        ) : (
          "Whatever is sent to it from now on is kept for this subscription. It cannot be changed later."
        )}
      </FieldHelp>
    </FormGroup>
  );
}
