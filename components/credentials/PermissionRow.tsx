"use client";
import { Checkbox, TextInput } from "@patternfly/react-core";
import { TimesIcon } from "@patternfly/react-icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useId } from "react";
import { useController, type Control } from "react-hook-form";
import type { z } from "zod";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { messagingOperations, type createCredentialFields } from "#contracts/credentials/credential.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import styles from "./credentials.module.css";

const operationLabels = { send: "Send", recv: "Receive" } as const;
const shownChoices = 20;

interface PermissionRowProps {
  readonly control: Control<z.input<typeof createCredentialFields>, unknown, z.output<typeof createCredentialFields>>;
  readonly scope: SpaceScope;
  readonly index: number;
  /** Missing for the only one. */
  readonly onRemove: (() => void) | undefined;
}

/** What may be done where: operations, and an address that is there, to be picked while it is typed, or a pattern. */
export function PermissionRow({ control, scope, index, onRemove }: PermissionRowProps) {
  const id = useId();
  const operations = useController({ control, name: `permissions.${index}.operations` });
  const pattern = useController({ control, name: `permissions.${index}.pattern` });
  const search = useDeferredValue(pattern.field.value).replace(/\*$/, "").trim();
  const choices = useQuery({
    ...useTRPC().addresses.list.queryOptions({ ...scope, search, sort: "name", descending: false, limit: shownChoices }),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const number = index + 1;
  const toggle = (operation: (typeof messagingOperations)[number], isOn: boolean) =>
    operations.field.onChange(messagingOperations.filter((each) => (each === operation ? isOn : operations.field.value.includes(each))));
  const error = pattern.fieldState.error?.message ?? operations.fieldState.error?.message;
  return (
    <div className={styles.row} role="group" aria-label={`Permission ${number}`}>
      {messagingOperations.map((operation) => (
        <Checkbox
          key={operation}
          id={`permission-${index}-${operation}`}
          label={operationLabels[operation]}
          isChecked={operations.field.value.includes(operation)}
          onChange={(_event, isOn) => toggle(operation, isOn)}
        />
      ))}
      <div className={styles.pattern}>
        <TextInput
          {...pattern.field}
          list={`${id}-choices`}
          aria-label={`Addresses of permission ${number}`}
          aria-describedby={`permission-${index}-help`}
          autoComplete="off"
          spellCheck={false}
          placeholder="orders/*"
          validated={error === undefined ? "default" : "error"}
        />
        <datalist id={`${id}-choices`}>
          {choices.data?.items.map(({ name }) => <option key={name} value={name} />)}
        </datalist>
        <FieldHelp id={`permission-${index}-help`} error={error} />
      </div>
      <ReasonedButton
        variant="plain"
        icon={<TimesIcon />}
        aria-label={`Remove permission ${number}`}
        reason={onRemove === undefined ? "A credential has one permission at least." : undefined}
        onClick={onRemove}
      />
    </div>
  );
}
