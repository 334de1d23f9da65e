"use client";
import { Button, Content, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import type { Member } from "#contracts/members/member.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { useTRPC, useTRPCClient } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import type { Handover } from "./HandoverDialog.tsx";

/** Whatever is done to a member after one question. */
export type MemberAction = "disable" | "enable" | "remove" | "reset-password" | "new-password" | "second-factor" | "reset-second-factor" | "sign-out";

interface Words {
  readonly title: (email: string) => string;
  readonly body: string;
  readonly button: string;
  readonly done: (email: string) => string;
  readonly isDanger?: boolean;
}

const words: Record<MemberAction, Words> = {
  disable: {
    title: (email) => `Disable ${email}?`,
    body: "The person loses access to this tenant at once, in open pages and in the test client too. You can enable them again.",
    button: "Disable",
    done: (email) => `${email} is disabled`,
    isDanger: true,
  },
  enable: { title: (email) => `Enable ${email}?`, body: "The person has access again, with the role as before.", button: "Enable", done: (email) => `${email} is enabled` },
  remove: {
    title: (email) => `Remove ${email}?`,
    body: "The person loses access to this tenant at once, in open pages and in the test client too. What they made stays. To come back they have to be invited again.",
    button: "Remove",
    done: (email) => `${email} was removed`,
    isDanger: true,
  },
  "reset-password": {
    title: (email) => `Reset the password of ${email}?`,
    body: "The password of now stops working and every login ends. You get a one-time password to hand over, which the person has to change.",
    button: "Reset password",
    done: (email) => `The password of ${email} is being reset`,
    isDanger: true,
  },
  "new-password": { title: (email) => `Require a new password from ${email}?`, body: "At the next login the person has to choose another password.", button: "Require", done: (email) => `${email} has to choose a new password at the next login` },
  "second-factor": { title: (email) => `Require a second factor from ${email}?`, body: "At the next login the person has to set up an authenticator app.", button: "Require", done: (email) => `${email} has to set up a second factor at the next login` },
  "reset-second-factor": {
    title: (email) => `Reset the second factor of ${email}?`,
    body: "For somebody who has lost the device. Every login ends; the next one is with the password alone and sets up another authenticator app. Make sure first that it is really the person who asks.",
    button: "Reset second factor",
    done: (email) => `The second factor of ${email} is being reset`,
    isDanger: true,
  },
  "sign-out": { title: (email) => `Sign ${email} out everywhere?`, body: "Every login of the person ends at once, on all devices. They can log in again.", button: "Sign out", done: (email) => `${email} was signed out everywhere` },
};

interface MemberActionDialogProps {
  readonly tenant: string;
  readonly member: Member;
  readonly action: MemberAction;
  readonly onClose: () => void;
  readonly onHandover: (handover: Handover) => void;
}

export function MemberActionDialog({ tenant, member, action, onClose, onHandover }: MemberActionDialogProps) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const toast = useToast();
  const { title, body, button, done, isDanger } = words[action];
  const input = { tenant, id: member.id };
  const act = useMutation({
    mutationFn: async (): Promise<Handover | undefined> => {
      if (action === "reset-password") {
        const { oneTimePassword } = await client.members.resetPassword.mutate(input);
        return { kind: "password", memberId: member.id, email: member.email, secret: oneTimePassword };
      }
      if (action === "new-password" || action === "second-factor") await client.members.requireAction.mutate({ ...input, action });
      else if (action === "reset-second-factor") await client.members.resetSecondFactor.mutate(input);
      else if (action === "sign-out") await client.members.signOut.mutate(input);
      else await client.members[action].mutate(input);
      return undefined;
    },
    onSuccess: async (handover) => {
      await queryClient.invalidateQueries({ queryKey: trpc.members.list.queryKey({ tenant }) });
      if (handover === undefined) toast({ variant: "success", title: done(member.email) });
      else onHandover(handover);
      onClose();
    },
  });
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="member-action-title">
      <ModalHeader title={title(member.email)} titleIconVariant={isDanger === true ? "warning" : undefined} labelId="member-action-title" />
      <ModalBody>
        <Content component="p">{body}</Content>
        {act.isError ? <InlineAlert variant="danger" title="It was not done">{toPublicError(act.error).message}</InlineAlert> : null}
      </ModalBody>
      <ModalFooter>
        <Button variant={isDanger === true ? "danger" : "primary"} isLoading={act.isPending} onClick={() => act.mutate()}>{button}</Button>
        <Button variant="link" onClick={onClose}>Cancel</Button>
      </ModalFooter>
    </Modal>
  );
}
