"use client";
import { Button, Modal, ModalBody, ModalFooter, ModalHeader, Radio } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import type { Member } from "#contracts/members/member.ts";
import { tenantRoles } from "#contracts/permissions.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { roleWords } from "./member-words.ts";

export function ChangeRoleDialog({ tenant, member, onClose }: { tenant: string; member: Member; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [role, setRole] = useState(member.role);
  const update = useMutation(
    trpc.members.update.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.members.list.queryKey({ tenant }) });
        await queryClient.invalidateQueries({ queryKey: trpc.session.get.queryKey() });
        onClose();
      },
    }),
  );
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="role-title">
      <ModalHeader title={`Role of ${member.email}`} labelId="role-title" />
      <ModalBody>
        <div role="radiogroup" aria-labelledby="role-title">
          {tenantRoles.map((each) => (
            <Radio key={each} id={`role-${each}`} name="role" label={each} description={roleWords[each]} isChecked={role === each} onChange={() => setRole(each)} />
          ))}
        </div>
        {update.isError ? <InlineAlert variant="danger" title="The role was not changed">{toPublicError(update.error).message}</InlineAlert> : null}
      </ModalBody>
      <ModalFooter>
        <ReasonedButton variant="primary" isLoading={update.isPending} reason={role === member.role ? "Choose another role than the one the person has." : undefined} onClick={() => update.mutate({ tenant, id: member.id, role })}>Change role</ReasonedButton>
        <Button variant="link" onClick={onClose}>Cancel</Button>
      </ModalFooter>
    </Modal>
  );
}
