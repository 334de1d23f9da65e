"use client";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";

// Dialogs are loaded when they are first asked for: most visits need none.
const LeaveDialog = dynamic(() => import("./LeaveDialog.tsx").then((file) => file.LeaveDialog), { ssr: false });

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
      {destination === undefined ? null : <LeaveDialog question={question ?? ""} onLeave={leave} onStay={stay} />}
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
