"use client";
import { Button, Drawer, DrawerContent, DrawerContentBody, Flex, ToggleGroup, ToggleGroupItem } from "@patternfly/react-core";
import { CodeIcon, PlusIcon } from "@patternfly/react-icons";
import { useMutation } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useSearchParams } from "next/navigation";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { z } from "zod";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { useIsNarrow } from "#components/frame/use-is-narrow.ts";
import { useSession } from "#components/frame/use-session.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { keepSend, keepsHistory } from "./history.ts";
import type { MessageDraft } from "./message-draft.ts";
import { recallFromTab, rememberInTab } from "./pane-memory.ts";
import { PaneFrame } from "./PaneFrame.tsx";
import { type OpenSender, type ShownMessage, type Workbench as WorkbenchValue, WorkbenchContext } from "./workbench-context.ts";
import { formatWorkbenchView, maxPanes, type PaneKind, type PaneView, parseWorkbenchView } from "./workbench-view.ts";
import styles from "./test-client.module.css";

const MessageDrawer = dynamic(() => import("./MessageDrawer.tsx").then((file) => file.MessageDrawer), { ssr: false });
const CodeDialog = dynamic(() => import("./CodeDialog.tsx").then((file) => file.CodeDialog), { ssr: false });
const HistoryDialog = dynamic(() => import("./HistoryDialog.tsx").then((file) => file.HistoryDialog), { ssr: false });

interface WorkbenchProps {
  readonly scope: SpaceScope;
  /** The one address of the page; absent where each pane has its own. */
  readonly fixedAddress?: string;
}

/** Panes that are there when the URL names none. */
const startKinds: readonly PaneKind[] = ["send", "receive"];

interface Pane extends PaneView {
  readonly id: string;
}

const titles: Record<PaneKind, string> = { send: "Send", receive: "Receive", settle: "Receive", browse: "Receive", request: "Request" };
const additions: readonly (readonly [PaneKind, string])[] = [["send", "Sender"], ["receive", "Receiver"], ["request", "Request and reply"]];

/** Panes that send, receive and ask, side by side; on a narrow page one at a time. */
export function Workbench({ scope, fixedAddress }: WorkbenchProps) {
  const { email, userId } = useSession();
  const memoryKey = `${email}.${scope.tenant}.${scope.space}.${fixedAddress ?? ""}`;
  const { panes, show } = usePanes(memoryKey, fixedAddress);
  const isNarrow = useIsNarrow();
  const [front, setFront] = useState<string>();
  const [shown, setShown] = useState<ShownMessage>();
  const [history, setHistory] = useState<OpenSender>();
  const [hasCode, setHasCode] = useState(false);
  const opener = useRef<{ readonly element: Element | null; readonly list: Element | null }>(undefined);
  const tools = useRef<HTMLDivElement>(null);
  const workbench = useWorkbenchValue({
    scope, person: email, personId: userId, memoryKey,
    onShow: (message) => {
      const element = document.activeElement;
      opener.current = { element, list: element?.closest("ol") ?? null };
      setShown(message);
    },
    onHistory: setHistory,
    onFront: setFront,
    addSender: (address) => {
      const pane: Pane = { id: crypto.randomUUID(), kind: "send", address };
      if (panes.length < maxPanes) show([pane, ...panes]);
      return panes.length < maxPanes ? pane.id : undefined;
    },
    panes,
  });
  const closeDetail = () => {
    setShown(undefined);
    // Its element may show another row by now, or be gone with a row that newer ones have moved out of sight.
    const { element, list } = opener.current ?? {};
    const next = list?.querySelector(`[data-row="${shown?.row.id}"] button`) ?? list?.querySelector("button") ?? element;
    if (next instanceof HTMLElement) next.focus();
  };
  const names = namesOf(panes);
  const frontId = panes.some(({ id }) => id === front) ? front : panes[0]?.id;
  return (
    <WorkbenchContext value={workbench}>
      <Drawer isExpanded={shown !== undefined} className={styles.workbench}>
        <DrawerContent panelContent={shown === undefined ? <span /> : <MessageDrawer key={`${shown.kind} ${shown.address} ${shown.row.id}`} shown={shown} onClose={closeDetail} />}>
          <DrawerContentBody>
            <div ref={tools}>
              <Flex className={styles.tools}>
                {isNarrow && panes.length > 1 ? (
                  <ToggleGroup aria-label="Pane in sight" className={styles.panesInSight}>
                    {panes.map(({ id }, index) => (
                      <ToggleGroupItem key={id} text={names[index]} isSelected={id === frontId} onChange={() => setFront(id)} />
                    ))}
                  </ToggleGroup>
                ) : null}
                {panes.length >= maxPanes ? null : additions.map(([kind, label]) => (
                  <Button
                    key={kind} size="sm" variant="link" icon={<PlusIcon />}
                    onClick={() => {
                      const id = crypto.randomUUID();
                      show([...panes, { id, kind, address: fixedAddress ?? "" }]);
                      setFront(id);
                    }}
                  >
                    {label}
                  </Button>
                ))}
                <Button size="sm" variant="link" icon={<CodeIcon />} onClick={() => setHasCode(true)}>Code for this</Button>
              </Flex>
            </div>
            <div className={styles.panes}>
              {panes.map((pane, index) => (
                <PaneFrame
                  key={pane.id}
                  paneId={pane.id}
                  name={names[index]!}
                  pane={pane}
                  isFixed={fixedAddress !== undefined}
                  isHidden={isNarrow && pane.id !== frontId}
                  onChange={(changed) => show(panes.map((each) => (each.id === pane.id ? { ...each, ...changed } : each)))}
                  onRemove={panes.length === 1 ? undefined : () => {
                    // The button goes with its pane: whoever has used it goes on above.
                    tools.current?.querySelector("button")?.focus();
                    show(panes.filter(({ id }) => id !== pane.id));
                  }}
                />
              ))}
            </div>
          </DrawerContentBody>
        </DrawerContent>
      </Drawer>
      {history === undefined ? null : (
        <HistoryDialog
          person={userId}
          address={history.address}
          onUse={(draft) => { history.load(draft); setHistory(undefined); }}
          onSend={(draft) => { workbench.sendFrom(history, draft); setHistory(undefined); }}
          onClose={() => setHistory(undefined)}
        />
      )}
      {hasCode ? <CodeDialog scope={scope} memoryKey={memoryKey} panes={panes.map((pane, index) => ({ ...pane, name: names[index]! }))} onClose={() => setHasCode(false)} /> : null}
    </WorkbenchContext>
  );
}

/** `Send`, `Receive`, and numbers where there are several of a kind. */
function namesOf(panes: readonly Pane[]): string[] {
  return panes.map(({ kind }, index) => {
    const before = panes.slice(0, index).filter((each) => titles[each.kind] === titles[kind]).length;
    return before === 0 ? titles[kind] : `${titles[kind]} ${before + 1}`;
  });
}

/** The panes of the URL, with ids under which what they remember is found again after a reload. */
function usePanes(memoryKey: string, fixedAddress: string | undefined): { panes: readonly Pane[]; show: (panes: readonly Pane[]) => void } {
  const asked = useSearchParams().toString();
  const idsKey = `${memoryKey}.panes`;
  const panesOf = (query: string): Pane[] => {
    const views = parseWorkbenchView(new URLSearchParams(query));
    const ids = recallFromTab(idsKey, z.array(z.string()).max(maxPanes)) ?? [];
    const start: PaneView[] = views.length > 0 ? views : startKinds.map((kind) => ({ kind, address: "" }));
    return start.map((view, index) => ({ ...view, address: fixedAddress ?? view.address, id: ids[index] ?? `pane-${index + 1}` }));
  };
  // The address bar follows the panes a moment later; only a query that did not come from here changes them.
  const [written] = useState(() => new Set<string>());
  const [state, setState] = useState(() => ({ asked, panes: panesOf(asked) }));
  if (state.asked !== asked) setState({ asked, panes: written.has(asked) ? state.panes : panesOf(asked) });
  const show = (panes: readonly Pane[]) => {
    const query = formatWorkbenchView(panes);
    written.add(new URLSearchParams(query).toString());
    rememberInTab(idsKey, panes.map(({ id }) => id));
    setState({ asked, panes: [...panes] });
    window.history.replaceState(null, "", query);
  };
  return { panes: state.panes, show };
}

interface WorkbenchParts {
  readonly scope: SpaceScope;
  readonly person: string;
  readonly personId: string;
  readonly memoryKey: string;
  readonly panes: readonly Pane[];
  readonly onShow: (message: ShownMessage) => void;
  readonly onHistory: (sender: OpenSender) => void;
  readonly onFront: (paneId: string) => void;
  /** @returns the id of the new pane; undefined when there is no room */
  readonly addSender: (address: string) => string | undefined;
}

function useWorkbenchValue(parts: WorkbenchParts): WorkbenchValue {
  const { mutateAsync: openSession } = useMutation(useTRPC().testClient.open.mutationOptions());
  const toast = useToast();
  const [senders] = useState(() => new Map<string, OpenSender>());
  const [pending] = useState(() => new Map<string, MessageDraft>());
  const { scope, person, personId, memoryKey } = parts;
  const { tenant, space } = scope;
  const latest = useRef(parts);
  useLayoutEffect(() => {
    latest.current = parts;
  });
  // Read in event handlers only: what a pane holds on to must stay the same while panes come and go.
  const now = useCallback(() => latest.current, []);
  return useMemo(() => {
    const senderOf = (address: string) => [...senders].find(([, sender]) => sender.address === address);
    const edit = (address: string, draft: MessageDraft) => {
      const found = senderOf(address);
      const id = found?.[0] ?? now().addSender(address);
      if (id === undefined) return toast({ variant: "warning", title: "There is no room for another sender", detail: "Remove a pane first." });
      if (found === undefined) pending.set(id, draft);
      else found[1].load(draft);
      now().onFront(id);
    };
    const sendFrom = (sender: OpenSender, draft: MessageDraft) => {
      const reason = sender.send(draft);
      toast(reason === undefined ? { variant: "info", title: "Sent again", detail: `Its outcome stands in the pane of ${sender.address}.` } : { variant: "warning", title: "It was not sent", detail: reason });
    };
    return {
      person, memoryKey, edit,
      openSession: (address) => openSession({ tenant, space, name: address }),
      show: (message) => now().onShow(message),
      openHistory: (sender) => now().onHistory(sender),
      sendFrom,
      registerSender: (id, sender) => {
        senders.set(id, sender);
        return () => {
          if (senders.get(id) === sender) senders.delete(id);
        };
      },
      sendAgain: (address, draft) => {
        const found = senderOf(address);
        if (found === undefined) edit(address, draft);
        else sendFrom(found[1], draft);
      },
      takePendingDraft: (id) => {
        const draft = pending.get(id);
        pending.delete(id);
        return draft;
      },
      remember: (address, { draft, sent }) => {
        if (sent === 0 || !keepsHistory(personId)) return;
        // A browser that keeps nothing is no reason to hold up a send.
        keepSend({ person: personId, at: new Date().toISOString(), space: `${tenant}/${space}`, address, draft, sent }).catch(() => undefined);
      },
    };
  }, [openSession, senders, pending, toast, now, tenant, space, person, personId, memoryKey]);
}
