"use client";
import { SearchInput } from "@patternfly/react-core";
import { useEffect, useRef, useState } from "react";

interface DelayedSearchProps {
  readonly label: string;
  readonly placeholder: string;
  /** What is searched for; where it changes by other means than this field, the field follows. */
  readonly value: string;
  /** How long typing must pause, in milliseconds. */
  readonly delayMs: number;
  readonly onSearch: (words: string) => void;
}

/** Asked for and not seen in `value` yet, at most. */
const maxAsked = 20;

/** Asks the server once typing pauses, and at once on Enter or when the field is left. */
export function DelayedSearch({ label, placeholder, value, delayMs, onSearch }: DelayedSearchProps) {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  // A search shows in `value` a moment after it was asked for, while the person types on.
  const [asked, setAsked] = useState<readonly string[]>([]);
  if (value !== seen) {
    setSeen(value);
    const place = asked.findIndex((words) => words.trim() === value.trim());
    setAsked(place === -1 ? [] : asked.slice(place + 1));
    if (place === -1) setTyped(value);
  }
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const waiting = useRef<string>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const ask = (words: string) => {
    clearTimeout(timer.current);
    waiting.current = undefined;
    setAsked((held) => [...held, words].slice(-maxAsked));
    onSearch(words);
  };
  const search = (words: string, afterMs: number) => {
    setTyped(words);
    clearTimeout(timer.current);
    waiting.current = words;
    timer.current = setTimeout(() => ask(words), afterMs);
  };
  // Whoever goes on to a link has typed enough; asked for after that, the changed URL would keep them on this page.
  const askNow = () => {
    if (waiting.current !== undefined) ask(waiting.current);
  };
  return (
    <SearchInput
      aria-label={label}
      placeholder={placeholder}
      value={typed}
      onChange={(_event, words) => search(words, delayMs)}
      onKeyDown={(event) => event.key === "Enter" && search(typed, 0)}
      onClear={() => search("", 0)}
      onBlur={askNow}
    />
  );
}
