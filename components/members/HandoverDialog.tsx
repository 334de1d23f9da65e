"use client";
import { Button, Content, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { CheckIcon, CopyIcon } from "@patternfly/react-icons";
import { useState } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { invitationDays, type Member } from "#contracts/members/member.ts";
import styles from "./members.module.css";

/** A link or a one-time password to be handed to a person, shown once. */
export interface Handover {
  readonly kind: "link" | "password";
  readonly memberId: string;
  readonly email: string;
  readonly secret: string;
}

/** The only time that a link or a one-time password is shown, with word of how the account comes along. */
export function HandoverDialog({ handover, member, onClose }: { handover: Handover; member: Member | undefined; onClose: () => void }) {
  const [isCopied, setIsCopied] = useState(false);
  const { kind, email, secret } = handover;
  const thing = kind === "link" ? "link" : "password";
  const copy = async () => {
    await navigator.clipboard.writeText(secret);
    setIsCopied(true);
  };
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="handover-title">
      <ModalHeader title={kind === "link" ? `Invitation for ${email}` : `One-time password for ${email}`} labelId="handover-title" />
      <ModalBody>
        <div className={styles.secretBody}>
          <InlineAlert variant="warning" title={`Copy the ${thing} now`}>It is shown this once. Hand it to the person in a way that nobody else reads.</InlineAlert>
          <code className={styles.secret} data-secret>{secret}</code>
          <Content component="p">
            {kind === "link"
              ? `It is for one person, once, for ${invitationDays} days.`
              : `${email} logs in with it, and has to choose another password at once.`}
          </Content>
          {kind === "password" ? <Progress member={member} /> : null}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" icon={isCopied ? <CheckIcon /> : <CopyIcon />} onClick={() => void copy()}>{isCopied ? "Copied" : `Copy the ${thing}`}</Button>
        <Button variant="link" onClick={onClose}>Done</Button>
      </ModalFooter>
    </Modal>
  );
}

function Progress({ member }: { member: Member | undefined }) {
  const operation = member?.operation;
  if (operation?.phase === "Failed") return <InlineAlert variant="danger" title="It cannot be used">{operation.reason}</InlineAlert>;
  return (
    <div role="status" aria-label="Account">
      {member !== undefined && operation === null ? "It can be used now." : `It can be used in a moment. ${operation?.reason ?? ""}`}
    </div>
  );
}
