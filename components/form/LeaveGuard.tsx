"use client";
import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useRouter } from "next/navigation";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";

interface LeaveGuardContextValue {
  /** What would be lost, or undefined while nothing is. */
  readonly question: string | undefined;
  readonly setQuestion: (question: string | undefined) => void;
  /** Goes there, after asking when something would be lost. */
  readonly leaveTo: (href: string) => void;
}

const LeaveGuardContext = createContext<LeaveGuardContextValue>({ question: undefined, setQuestion: () => undefined, leaveTo: () => undefined });

/** Asks before a half-filled form is left through a link of the console. */
export function LeaveGuard({ children }: { children: ReactNode }) {
  const router = useRouter();
  const [question, setQuestion] = useState<string>();
  const [destination, setDestination] = useState<string>();
  const value = useMemo(
    () => ({
      question,
      setQuestion,
      leaveTo: (href: string) => {
        if (question === undefined) router.push(href);
        else setDestination(href);
      },
    }),
    [question, router],
  );
  const stay = () => setDestination(undefined);
  const leave = () => {
    if (destination === undefined) return;
    setQuestion(undefined);
    setDestination(undefined);
    router.push(destination);
  };
  return (
    <LeaveGuardContext value={value}>
      {children}
      <Modal variant="small" isOpen={destination !== undefined} onClose={stay} aria-labelledby="leave-title" aria-describedby="leave-body">
        <ModalHeader title="Leave this page?" labelId="leave-title" />
        <ModalBody id="leave-body">{question}</ModalBody>
        <ModalFooter>
          <Button variant="primary" onClick={leave}>Leave</Button>
          <Button variant="link" onClick={stay}>Stay here</Button>
        </ModalFooter>
      </Modal>
    </LeaveGuardContext>
  );
}

export function useLeaveTo(): (href: string) => void {
  return useContext(LeaveGuardContext).leaveTo;
}

export function useLeaveQuestion(): string | undefined {
  return useContext(LeaveGuardContext).question;
}

/** While `question` is given, links of the console ask it before they lead away. */
export function useAskBeforeLeaving(question: string | undefined): void {
  const { setQuestion } = useContext(LeaveGuardContext);
  useEffect(() => {
    setQuestion(question);
    return () => setQuestion(undefined);
  }, [question, setQuestion]);
}
