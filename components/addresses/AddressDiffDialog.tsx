"use client";
import { Button, Content, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { limitsOfAddress } from "#contracts/plans/address-limits.ts";
import { hasStorageOfItsOwn, isStored } from "#contracts/addresses/address-type.ts";
import { limitsOf } from "#components/plans/limit-words.ts";
import type { AddressDetail } from "./use-address.ts";

interface AddressDiffDialogProps {
  readonly before: AddressDetail;
  readonly after: AddressDetail;
  readonly isSaving: boolean;
  readonly onSave: () => void;
  readonly onClose: () => void;
}

/** Everything that holds for the address, in words, by its label. */
function wordsOf({ plan, type, options }: AddressDetail): ReadonlyMap<string, string> {
  const limits = { ...plan, ...limitsOfAddress(plan, options) };
  const words = new Map([["Plan", plan.name], ...limitsOf(limits).map(({ label, value }) => [label, value] as const)]);
  if (hasStorageOfItsOwn(type)) words.set("Undeliverable messages", limits.keepsDeadLetters ? "kept as dead letters" : "dropped");
  return words;
}

/** What would be different, before it is saved. */
export function AddressDiffDialog({ before, after, isSaving, onSave, onClose }: AddressDiffDialogProps) {
  const [old, next] = [wordsOf(before), wordsOf(after)];
  const changed = [...new Set([...old.keys(), ...next.keys()])].filter((label) => old.get(label) !== next.get(label));
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="diff-title">
      <ModalHeader title={`Change ${before.name}?`} labelId="diff-title" />
      <ModalBody>
        {changed.length === 0 ? (
          <Content component="p">No limit is different: the address says now what its plan says anyway, and keeps it when the plan changes.</Content>
        ) : (
          <Table variant="compact" aria-label="Changes">
            <Thead>
              <Tr>
                <Th>What</Th>
                <Th>Now</Th>
                <Th>After</Th>
              </Tr>
            </Thead>
            <Tbody>
              {changed.map((label) => (
                <Tr key={label}>
                  <Td dataLabel="What">{label}</Td>
                  <Td dataLabel="Now"><del>{old.get(label) ?? "no limit"}</del></Td>
                  <Td dataLabel="After"><strong>{next.get(label) ?? "no limit"}</strong></Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        )}
        <Content component="p">{isStored(before.type) ? "Messages that are stored stay, and programs stay connected. What is over a smaller limit stays until it has been taken; nothing new is added before." : "Programs stay connected."}</Content>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" onClick={onSave} isLoading={isSaving} isDisabled={isSaving}>Save</Button>
        <Button variant="link" onClick={onClose}>Go on editing</Button>
      </ModalFooter>
    </Modal>
  );
}
