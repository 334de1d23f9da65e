import { useSyncExternalStore } from "react";

let isOpen = false;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Shows or hides the panel of operations, from anywhere. */
export function showOperations(isShown: boolean): void {
  isOpen = isShown;
  for (const listener of listeners) listener();
}

/** Whether the panel is shown. */
export function useOperationsShown(): boolean {
  return useSyncExternalStore(subscribe, () => isOpen, () => false);
}
