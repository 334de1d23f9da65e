"use client";
import { Button, FileUpload, Form, FormGroup, FormSelect, FormSelectOption, PageSection, TextInput } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { addressTypes, type AddressType } from "#contracts/addresses/address-type.ts";
import { type ManyAddressesReport, maxRowsAtOnce } from "#contracts/addresses/many-addresses.ts";
import { addressTypeDescriptions } from "#contracts/addresses/type-descriptions.ts";
import { paths } from "#contracts/paths.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { counted, formatExact } from "#components/feedback/format.ts";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { useAskBeforeLeaving, useLeaveTo } from "#components/form/LeaveGuard.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { showOperations } from "#components/operations/operations-panel.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { readAddressRows, type ReadRows } from "./address-rows.ts";
import styles from "./address.module.css";

const maxFileBytes = 2_000_000;
const maxShownProblems = 200;

/** Many addresses at once, from names, CSV or YAML: checked as a whole, with a report by row, before anything is made. */
export function CreateAddressesScreen() {
  const scope = useSpaceScope();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const leaveTo = useLeaveTo();
  const router = useRouter();
  const toast = useToast();
  const missing = useMissingPermission("address:create");
  const { data: plans = [], isPending: isWithoutPlans, error: plansError } = useQuery(trpc.plans.list.queryOptions(scope));
  const [type, setType] = useState<AddressType>("queue");
  const [chosenPlan, setChosenPlan] = useState("");
  const [topic, setTopic] = useState("");
  const [text, setText] = useState("");
  const [fileName, setFileName] = useState("");
  const [read, setRead] = useState<ReadRows>();
  const ofType = plans.filter((plan) => plan.type === type);
  const planId = ofType.some(({ id }) => id === chosenPlan) ? chosenPlan : (ofType[0]?.id ?? "");
  const ask = useMutation(trpc.addresses.createMany.mutationOptions());
  const report: ManyAddressesReport | undefined = ask.data;
  const rows = read !== undefined && "rows" in read ? read.rows : [];
  const isGood = report !== undefined && report.problems.length === 0 && report.quotaRefusal === null;
  useAskBeforeLeaving(text.trim() !== "" && !(ask.isSuccess && report !== undefined && report.operation !== null) ? "The addresses that you have written here are dropped." : undefined);

  const change = (value: string) => {
    setText(value);
    setRead(undefined);
    ask.reset();
  };
  const check = (event: FormEvent) => {
    event.preventDefault();
    const found = withTopic(readAddressRows(text, { type, planId }), topic.trim());
    setRead(found);
    ask.reset();
    if ("rows" in found && found.rows.length > 0 && found.rows.length <= maxRowsAtOnce) ask.mutate({ ...scope, rows: found.rows, checkOnly: true });
  };
  const create = () =>
    ask.mutate(
      { ...scope, rows, checkOnly: false },
      {
        onSuccess: ({ operation }) => {
          if (operation === null) return;
          void queryClient.invalidateQueries({ queryKey: trpc.operations.list.queryKey(scope) });
          void queryClient.invalidateQueries({ queryKey: trpc.addresses.list.queryKey(scope) });
          toast({ variant: "success", title: `${counted(rows.length, "address is", "addresses are")} being made` });
          showOperations(true);
          // Nothing is lost any more, so nothing is asked.
          router.push(paths.addresses(scope.tenant, scope.space));
        },
      },
    );
  const unreadable = read !== undefined && "problem" in read ? read.problem : rows.length > maxRowsAtOnce ? `These are ${formatExact(rows.length)} addresses; at most ${formatExact(maxRowsAtOnce)} go at once.` : undefined;
  return (
    <>
      <ScreenHeader title="Create many addresses" lead="A name a line, or a CSV or YAML file. Everything is checked before anything is made." />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Addresses to create">
        <Form className={styles.settings} onSubmit={check} aria-label="Addresses to create">
          <FormGroup label="Type" fieldId="many-type">
            <FormSelect id="many-type" value={type} onChange={(_event, value) => { setType(value as AddressType); change(text); }}>
              {addressTypes.map((each) => <FormSelectOption key={each} value={each} label={addressTypeDescriptions[each].title} />)}
            </FormSelect>
          </FormGroup>
          {type === "subscription" ? (
            <FormGroup label="Topic" fieldId="many-topic">
              <TextInput id="many-topic" value={topic} aria-describedby="many-topic-help" autoComplete="off" spellCheck={false} onChange={(_event, value) => { setTopic(value); change(text); }} />
              <FieldHelp id="many-topic-help" error={undefined}>For subscriptions that say none of their own. It may also be one of the rows below.</FieldHelp>
            </FormGroup>
          ) : null}
          <FormGroup label="Plan" fieldId="many-plan">
            <FormSelect id="many-plan" value={planId} aria-describedby="many-plan-help" onChange={(_event, value) => { setChosenPlan(value); change(text); }}>
              {ofType.map((plan) => <FormSelectOption key={plan.id} value={plan.id} label={`${plan.name} (${plan.id})`} />)}
            </FormSelect>
            <FieldHelp id="many-plan-help" error={undefined}>Type and plan of the rows that say none of their own.</FieldHelp>
          </FormGroup>
          <FormGroup label="Addresses" fieldId="many-rows">
            <FileUpload
              id="many-rows"
              type="text"
              value={text}
              filename={fileName}
              filenamePlaceholder="Drop a file here, choose one, or write below"
              aria-label="Addresses"
              browseButtonText="Choose a file"
              onFileInputChange={(_event, file) => setFileName(file.name)}
              onDataChange={(_event, data) => change(data)}
              onTextChange={(_event, data) => change(data)}
              onClearClick={() => { setFileName(""); change(""); }}
              allowEditingUploadedText
              dropzoneProps={{ maxSize: maxFileBytes }}
              validated={unreadable === undefined ? "default" : "error"}
            />
            <FieldHelp id="many-rows-help" error={unreadable}>
              For CSV begin with a line of column names: name, type, plan, for subscriptions topic, and for options timeToLiveMs, deliveryAttempts, consumers, keepsDeadLetters.
            </FieldHelp>
          </FormGroup>
          {plansError === null ? null : <InlineAlert variant="danger" title="The plans cannot be shown">{toPublicError(plansError).message}</InlineAlert>}
          {ask.isError ? <InlineAlert variant="danger" title="That did not work">{toPublicError(ask.error).message}</InlineAlert> : null}
          {report === undefined || unreadable !== undefined ? null : <Report report={report} count={rows.length} />}
          <div className={styles.actions}>
            {isGood ? (
              <Button variant="primary" onClick={create} isLoading={ask.isPending} isDisabled={ask.isPending}>Create {counted(rows.length, "address", "addresses")}</Button>
            ) : (
              <ReasonedButton variant="primary" type="submit" reason={missing} isLoading={ask.isPending || isWithoutPlans} isDisabled={isWithoutPlans || plansError !== null}>Check</ReasonedButton>
            )}
            <Button variant="link" onClick={() => leaveTo(paths.addresses(scope.tenant, scope.space))}>Cancel</Button>
          </div>
        </Form>
      </PageSection>
    </>
  );
}

function withTopic(read: ReadRows, topic: string): ReadRows {
  if ("problem" in read || topic === "") return read;
  return { rows: read.rows.map((row) => (row["type"] === "subscription" && row["topic"] === undefined ? { ...row, topic } : row)) };
}

function Report({ report: { problems, quotaRefusal }, count }: { report: ManyAddressesReport; count: number }) {
  if (problems.length === 0 && quotaRefusal === null) return <InlineAlert variant="success" title={`All ${formatExact(count)} can be made`} />;
  return (
    <>
      {quotaRefusal === null ? null : <InlineAlert variant="danger" title="Together they do not fit the quota">{quotaRefusal}</InlineAlert>}
      {problems.length === 0 ? null : (
        <>
          <InlineAlert variant="danger" title={`${counted(problems.length, "problem")}; nothing has been made`} />
          <Table variant="compact" aria-label="Problems">
            <Thead>
              <Tr>
                <Th>Row</Th>
                <Th>Name</Th>
                <Th>What stands against it</Th>
              </Tr>
            </Thead>
            <Tbody>
              {problems.slice(0, maxShownProblems).map((problem) => (
                <Tr key={`${problem.row}-${problem.field}-${problem.message}`}>
                  <Td dataLabel="Row">{formatExact(problem.row + 1)}</Td>
                  <Td dataLabel="Name" modifier="breakWord">{problem.name}</Td>
                  <Td dataLabel="What stands against it">{problem.message}</Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        </>
      )}
    </>
  );
}
