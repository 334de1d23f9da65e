"use client";
import { Form, FormGroup, TextInput } from "@patternfly/react-core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { AddressType } from "#contracts/addresses/address-type.ts";
import { useSpaceScope } from "#components/frame/route.ts";
import { useTRPC } from "#components/trpc/client.ts";
import styles from "./test-client.module.css";

const shownChoices = 20;

interface AddressPickerProps {
  readonly value: string;
  /** Which types can be chosen here. */
  readonly types: readonly AddressType[];
  readonly onChange: (name: string) => void;
}

/** An address of the space by its name; what is typed is looked for while it is typed. */
export function AddressPicker({ value, types, onChange }: AddressPickerProps) {
  const id = useId();
  const scope = useSpaceScope();
  const [typed, setTyped] = useState(value);
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    setShown(value);
    setTyped(value);
  }
  const choices = useQuery({
    ...useTRPC().addresses.list.queryOptions({ ...scope, search: typed.trim(), type: [...types], phase: [], plan: [], sort: "name", descending: false, limit: shownChoices }),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const names = choices.data?.items.map(({ name }) => name) ?? [];
  return (
    <Form className={styles.picker} onSubmit={(event) => event.preventDefault()}>
      <FormGroup label="Address" fieldId={id}>
        <TextInput
          id={id}
          value={typed}
          list={`${id}-choices`}
          placeholder="type to find one"
          autoComplete="off"
          spellCheck={false}
          onChange={(_event, text) => {
            setTyped(text);
            if (names.includes(text)) onChange(text);
          }}
          onBlur={() => typed.trim() !== value && onChange(typed.trim())}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            onChange(typed.trim());
          }}
        />
        <datalist id={`${id}-choices`}>
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </FormGroup>
    </Form>
  );
}
