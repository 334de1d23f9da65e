"use client";
import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";

interface LeaveDialogProps {
  /** What would be lost. */
  readonly question: string;
  readonly onLeave: () => void;
  readonly onStay: () => void;
}

/** Asks whether a half-filled form is to be left. */
export function LeaveDialog({ question, onLeave, onStay }: LeaveDialogProps) {
  return (
    <Modal isOpen variant="small" onClose={onStay} aria-labelledby="leave-title" aria-describedby="leave-body">
      <ModalHeader title="Leave this page?" labelId="leave-title" />
      <ModalBody id="leave-body">{question}</ModalBody>
      <ModalFooter>
        <Button variant="primary" onClick={onLeave}>Leave</Button>
        <Button variant="link" onClick={onStay}>Stay here</Button>
      </ModalFooter>
    </Modal>
  );
}
