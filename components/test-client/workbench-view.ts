import type { ReceivingMode } from "./receiving.ts";

/** What a pane does, in the word that stands in the URL. */
export const paneKinds = ["send", "receive", "settle", "browse", "request"] as const;
export type PaneKind = (typeof paneKinds)[number];

export interface PaneView {
  readonly kind: PaneKind;
  /** Empty until one is chosen. */
  readonly address: string;
}

export const maxPanes = 6;

const modes = { receive: "automatic", settle: "by-hand", browse: "browse" } as const satisfies Partial<Record<PaneKind, ReceivingMode>>;

/** @returns undefined for panes that do not receive */
export function modeOf(kind: PaneKind): ReceivingMode | undefined {
  return kind === "send" || kind === "request" ? undefined : modes[kind];
}

export function kindOf(mode: ReceivingMode): PaneKind {
  return mode === "automatic" ? "receive" : mode === "by-hand" ? "settle" : "browse";
}

/** The panes in a query string that reads like a sentence, `send=orders&browse=orders`; what it does not know is left out. */
export function parseWorkbenchView(parameters: URLSearchParams): PaneView[] {
  return [...parameters.entries()]
    .flatMap(([kind, address]) => ((paneKinds as readonly string[]).includes(kind) ? [{ kind: kind as PaneKind, address: address.slice(0, 253) }] : []))
    .slice(0, maxPanes);
}

/** The query string that gives the panes back, with its question mark. It names addresses and modes, never contents. */
export function formatWorkbenchView(panes: readonly PaneView[]): string {
  const parameters = new URLSearchParams(panes.map(({ kind, address }) => [kind, address]));
  return `?${parameters.toString().replaceAll("%2F", "/")}`;
}
