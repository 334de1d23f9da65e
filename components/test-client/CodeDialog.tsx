"use client";
import { Button, Form, FormGroup, FormSelect, FormSelectOption, Modal, ModalBody, ModalFooter, ModalHeader, Skeleton, Tab, Tabs, TabTitleText, ToggleGroup, ToggleGroupItem } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { type AddressType, isStored } from "#contracts/addresses/address-type.ts";
import { credentialLogin, patternCovers } from "#contracts/naming.ts";
import { programsFor } from "#contracts/snippets/pane-programs.ts";
import type { Program } from "#contracts/snippets/pane-program.ts";
import { Code } from "#components/addresses/ConnectionSnippets.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { emptyDraft, messageDraftSchema } from "./message-draft.ts";
import { receiveProgramOf, requestProgramOf, sendProgramOf } from "./pane-program-of.ts";
import { recallFromTab } from "./pane-memory.ts";
import { defaultReceiving, receivingOptionsSchema } from "./receiving.ts";
import { onceTyped, repetitionOf } from "./RepeatFields.tsx";
import { defaultWait, repeatSchema, waitOf, waitSchema } from "./requesting-options.ts";
import { once } from "./send-run.ts";
import { sendingOptionsSchema } from "./sending-options.ts";
import { modeOf, type PaneView } from "./workbench-view.ts";
import drawer from "./drawer.module.css";
import styles from "./test-client.module.css";

interface CodeDialogProps {
  readonly scope: SpaceScope;
  readonly memoryKey: string;
  readonly panes: readonly (PaneView & { readonly id: string; readonly name: string })[];
  readonly onClose: () => void;
}

/** What a pane does right now, as a program that can be run. */
export function CodeDialog({ scope, memoryKey, panes, onClose }: CodeDialogProps) {
  const usable = panes.filter(({ address }) => address !== "");
  const [chosen, setChosen] = useState(usable[0]?.id);
  const [wantsTls, setWantsTls] = useState(false);
  const [language, setLanguage] = useState<Program["id"]>("rhea");
  const pane = usable.find(({ id }) => id === chosen);
  const trpc = useTRPC();
  const space = useQuery(trpc.spaces.get.queryOptions(scope));
  const credentials = useQuery(trpc.credentials.list.queryOptions(scope));
  const address = useQuery({ ...trpc.addresses.get.queryOptions({ ...scope, name: pane?.address ?? "" }), enabled: pane !== undefined });
  const endpoints = space.data?.endpoints;
  const url = endpoints === undefined ? undefined : ((wantsTls ? endpoints.amqps : endpoints.amqp) ?? endpoints.amqps ?? endpoints.amqp ?? undefined);
  const login = credentials.data?.find(({ permissions }) => permissions.some(({ pattern }) => patternCovers(pattern, pane?.address ?? "")))?.login ?? credentialLogin(scope.tenant, scope.space, "your-credential");
  const made = pane === undefined || address.data === undefined ? undefined : programOf(`${memoryKey}.${pane.id}`, pane, address.data.type);
  const programs = made === undefined || url === undefined || address.data === undefined ? [] : programsFor({ host: new URL(url).hostname, port: Number(new URL(url).port), tls: url.startsWith("amqps"), address: address.data.name, addressType: address.data.type, login }, made.program);
  return (
    <Modal variant="large" isOpen onClose={onClose} aria-labelledby="code-title" aria-describedby="code-body">
      <ModalHeader title="Code for this" labelId="code-title" description="What the pane does right now, with an application's own credential in the place of your ticket." />
      <ModalBody id="code-body">
        {usable.length === 0 ? <InlineAlert variant="info" title="Choose an address in a pane first" /> : (
          <div className={styles.sections}>
            <Form className={drawer.codeChoices} onSubmit={(event) => event.preventDefault()}>
              <FormGroup label="Pane" fieldId="code-pane">
                <FormSelect id="code-pane" value={chosen ?? ""} onChange={(_event, id) => setChosen(id)}>
                  {usable.map(({ id, name, address: of }) => (
                    <FormSelectOption key={id} value={id} label={`${name}: ${of}`} />
                  ))}
                </FormSelect>
              </FormGroup>
              {endpoints?.amqp && endpoints.amqps ? (
                <ToggleGroup aria-label="Encryption">
                  <ToggleGroupItem text="Without TLS" isSelected={!wantsTls} onChange={() => setWantsTls(false)} />
                  <ToggleGroupItem text="With TLS" isSelected={wantsTls} onChange={() => setWantsTls(true)} />
                </ToggleGroup>
              ) : null}
            </Form>
            {programs.length === 0 ? (space.isError || address.isError ? <InlineAlert variant="danger" title="The address cannot be looked up" /> : <Skeleton height="12rem" screenreaderText="Loading" />) : (
              <Tabs activeKey={language} onSelect={(_event, key) => setLanguage(key as Program["id"])} aria-label="Language">
                {programs.map((program) => (
                  <Tab key={program.id} eventKey={program.id} title={<TabTitleText>{program.title}</TabTitleText>}>
                    {[...(made?.limits ?? []), ...program.limits].map((limit) => <p key={limit} className={styles.subtle}>{limit}</p>)}
                    <Code label="commands" text={`${program.install}\nexport POSTROOM_SECRET=…\n${program.run}`} />
                    <Code label={program.fileName} text={program.code} />
                  </Tab>
                ))}
              </Tabs>
            )}
          </div>
        )}
      </ModalBody>
      <ModalFooter>
        <Button onClick={onClose}>Close</Button>
      </ModalFooter>
    </Modal>
  );
}

function programOf(key: string, { kind }: PaneView, type: AddressType) {
  const mode = modeOf(kind);
  if (mode !== undefined) return receiveProgramOf({ ...(recallFromTab(`${key}.receiving`, receivingOptionsSchema) ?? defaultReceiving), mode });
  const draft = recallFromTab(`${key}.draft`, messageDraftSchema) ?? emptyDraft(isStored(type));
  if (kind === "request") {
    const repeat = recallFromTab(`${key}.repeat`, repeatSchema) ?? onceTyped;
    return requestProgramOf(draft, repetitionOf(repeat, undefined) ?? once, waitOf(recallFromTab(`${key}.wait`, waitSchema) ?? defaultWait) ?? Number(defaultWait));
  }
  const { repeat, settleMode } = recallFromTab(`${key}.sending`, sendingOptionsSchema) ?? { repeat: onceTyped, settleMode: "unsettled" as const };
  return sendProgramOf(draft, repetitionOf(repeat, undefined) ?? once, settleMode);
}
