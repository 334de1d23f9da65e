"use client";
import { useState } from "react";

/**
 * Rows in the order in which they were first seen, so that nothing moves under the pointer while numbers change: those that have
 * come since stand at the end, those that have gone are left out.
 * @param view begins anew when it changes
 */
export function useHeldOrder<T extends { readonly id: string }>(rows: readonly T[], view: string): T[] {
  const [held, setHeld] = useState<{ view: string; ids: readonly string[] }>({ view, ids: [] });
  const known = held.view === view ? held.ids : [];
  const places = new Map(known.map((id, index) => [id, index]));
  const added = rows.filter(({ id }) => !places.has(id)).map(({ id }) => id);
  if (held.view !== view || added.length > 0) {
    const ids = [...known, ...added];
    setHeld({ view, ids });
    for (const [index, id] of ids.entries()) places.set(id, index);
  }
  return rows.toSorted((one, other) => (places.get(one.id) ?? 0) - (places.get(other.id) ?? 0));
}
