"use client";
import { useSyncExternalStore } from "react";

const query = "(max-width: 61.99rem)";

function subscribe(listener: () => void): () => void {
  const list = matchMedia(query);
  list.addEventListener("change", listener);
  return () => list.removeEventListener("change", listener);
}

/** True where two columns do not fit: phones and small tablets. */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches, () => false);
}
