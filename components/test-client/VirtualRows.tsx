"use client";
import { Button, Flex, Title } from "@patternfly/react-core";
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { counted } from "#components/feedback/format.ts";
import { Figures } from "./Figures.tsx";
import type { LogView } from "./message-log.ts";
import { RowKeys } from "./row-keys.ts";
import styles from "./test-client.module.css";

const rowPx = 40;
const overscan = 4;

/** Only one row is a stop of the Tab key, which would otherwise have to pass thousands; arrow keys go from row to row. */
export type RowTabIndex = 0 | -1;

interface VirtualRowsProps<T> {
  readonly title: string;
  readonly label: string;
  readonly rows: LogView<T>;
  readonly maxRows: number;
  readonly onClear: () => void;
  /** @param tabIndex of everything in the row that can have the focus */
  readonly children: (row: T, tabIndex: RowTabIndex) => ReactNode;
}

/**
 * Rows of one height, newest first, of which only those in sight exist. What is in sight stays where it is while newer rows
 * arrive, and a row that has the focus stays until it is left. The arrow keys, Home and End go from row to row.
 */
export function VirtualRows<T extends { readonly id: number }>({ title, label, rows, maxRows, onClear, children }: VirtualRowsProps<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [focusedId, setFocusedId] = useState<number>();
  const [rowKeys] = useState(() => new RowKeys());
  const focusedIndex = focusedId === undefined ? -1 : indexOf(rows, focusedId);
  // oxlint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      return focusedIndex < 0 || shown.includes(focusedIndex) ? shown : [...shown, focusedIndex].toSorted((a, b) => a - b);
    },
  });
  const shown = virtualizer.getVirtualItems().flatMap(({ index, start }) => {
    const row = rows.at(index);
    return row === undefined ? [] : [{ row, index, start }];
  });
  const keys = rowKeys.assign(shown.map(({ row }) => row.id), focusedId !== undefined);
  const offset = virtualizer.scrollOffset ?? 0;
  const stopId = focusedId ?? (shown.find(({ start }) => start >= offset) ?? shown[0])?.row.id;
  const newer = useNewerRows(scroller, offset, rows.total);

  const move = (event: KeyboardEvent<HTMLOListElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -rows.length, End: rows.length }[event.key];
    if (step === undefined || focusedIndex < 0 || !(event.target instanceof HTMLElement) || event.target.closest("[data-row]") === null) return;
    event.preventDefault();
    const index = Math.min(rows.length - 1, Math.max(0, focusedIndex + step));
    virtualizer.scrollToIndex(index);
    const id = rows.at(index)?.id;
    setFocusedId(id);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-row="${id}"] button`)?.focus());
  };
  return (
    <div className={styles.list}>
      <Flex justifyContent={{ default: "justifyContentSpaceBetween" }} alignItems={{ default: "alignItemsCenter" }}>
        <Title headingLevel="h3" size="md"><Figures text={title} /></Title>
        {rows.length === 0 ? null : <Button variant="link" isInline onClick={onClear}>Clear view</Button>}
      </Flex>
      {rows.dropped > 0 ? <p className={styles.subtle}><Figures text={`${counted(rows.dropped, "older message")} dropped from view; the newest ${maxRows.toLocaleString("en")} are kept.`} /></p> : null}
      <div className={styles.scrollerFrame}>
        {newer > 0 ? (
          <Button size="sm" variant="secondary" className={styles.newer} onClick={() => scroller.current?.scrollTo({ top: 0 })}>{counted(newer, "newer message")}</Button>
        ) : null}
        <div ref={scroller} className={styles.scroller} data-rows={rows.length}>
          <ol
            className={styles.virtual}
            aria-label={label}
            aria-description="The arrow keys go from message to message."
            style={{ height: virtualizer.getTotalSize() }}
            onKeyDown={move}
            onFocus={(event) => setFocusedId(Number(event.target.closest<HTMLElement>("[data-row]")?.dataset["row"]))}
            onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setFocusedId(undefined)}
          >
            {shown.map(({ row, index, start }, place) => (
              <li key={keys[place]} data-row={row.id} aria-setsize={rows.length} aria-posinset={index + 1} className={styles.virtualRow} style={{ top: start }}>
                {children(row, row.id === stopId ? 0 : -1)}
              </li>
            ))}
          </ol>
        </div>
      </div>
    </div>
  );
}

function indexOf<T extends { readonly id: number }>(rows: LogView<T>, id: number): number {
  // Ids grow from row to row, so the distance from the newest is a good guess; cleared rows make it a search.
  const newest = rows.at(0);
  if (newest === undefined) return -1;
  for (let index = Math.min(rows.length - 1, newest.id - id); index >= 0; index -= 1) {
    const row = rows.at(index);
    if (row?.id === id) return index;
    if (row === undefined || row.id > id) return -1;
  }
  return -1;
}

/**
 * Keeps what is in sight in its place while rows are added above, and counts them; at the top newer ones just come in.
 * @param offset how far the list is scrolled, as the virtualizer has it: asking the element would lay the whole page out
 */
function useNewerRows(scroller: { readonly current: HTMLDivElement | null }, offset: number, total: number): number {
  const seen = useRef(total);
  const isAtTop = offset < rowPx / 2;
  const [newer, setNewer] = useState(0);
  if (isAtTop && newer > 0) setNewer(0);
  useLayoutEffect(() => {
    const added = total - seen.current;
    seen.current = total;
    if (isAtTop || added < 0) return setNewer(0);
    if (added === 0) return;
    scroller.current?.scrollBy({ top: added * rowPx });
    setNewer((count) => count + added);
  }, [scroller, isAtTop, total]);
  return newer;
}
