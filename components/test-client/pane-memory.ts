"use client";
import { useEffect, useState } from "react";
import type { z } from "zod";

const prefix = "postroom.test-client";

function read<T>(key: string, schema: z.ZodType<T>): T | undefined {
  try {
    const stored = sessionStorage.getItem(`${prefix}.${key}`);
    return stored === null ? undefined : schema.parse(JSON.parse(stored));
  } catch {
    return undefined;
  }
}

/** Keeps a value of this tab, which goes with the tab; a value that is too large for that is let go. */
export function rememberInTab(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(`${prefix}.${key}`, JSON.stringify(value));
  } catch {
    sessionStorage.removeItem(`${prefix}.${key}`);
  }
}

/** State that survives a reload of this tab, and nothing else. */
export function useTabMemory<T>(key: string, schema: z.ZodType<T>, start: T): [T, (value: T) => void] {
  const [value, setValue] = useState(() => read(key, schema) ?? start);
  useEffect(() => rememberInTab(key, value), [key, value]);
  return [value, setValue];
}

/** What was kept of this tab under a key; undefined when there is nothing, or nothing that fits. */
export { read as recallFromTab };
