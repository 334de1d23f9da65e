"use client";
import { SearchInput } from "@patternfly/react-core";
import { useEffect, useRef, useState } from "react";

interface DelayedSearchProps {
  readonly label: string;
  readonly placeholder: string;
  /** What is typed at first; later changes are taken with a new `key`. */
  readonly value: string;
  /** How long typing must pause, in milliseconds. */
  readonly delayMs: number;
  readonly onSearch: (words: string) => void;
}

/** Asks the server once typing pauses, and at once on Enter. */
export function DelayedSearch({ label, placeholder, value, delayMs, onSearch }: DelayedSearchProps) {
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const search = (words: string, afterMs: number) => {
    setTyped(words);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(words), afterMs);
  };
  return (
    <SearchInput
      aria-label={label}
      placeholder={placeholder}
      value={typed}
      onChange={(_event, words) => search(words, delayMs)}
      onKeyDown={(event) => event.key === "Enter" && search(typed, 0)}
      onClear={() => search("", 0)}
    />
  );
}
