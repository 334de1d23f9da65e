import type { LogView } from "./message-log.ts";
import type { ConnectionState } from "./amqp-link.ts";

export type LinkState = "closed" | "opening" | "open" | { readonly refused: string };

/** Something that happened to a pane and that its person must know of. */
export interface Notice {
  readonly at: string;
  readonly text: string;
}

/** What a pane shows of its connection and its link. */
export interface PaneState<Row> {
  readonly connection: ConnectionState;
  readonly link: LinkState;
  /** Messages that may go over the link now. */
  readonly credit: number;
  readonly rows: LogView<Row>;
  /** What may have been lost when the connection was; absent when nothing was. */
  readonly notice: Notice | undefined;
}

/** Rows kept per pane, and their bytes; older ones are dropped from view, and counted. */
export const maxRows = 10_000;
export const maxRowBytes = 64 * 1024 * 1024;
