"use client";
import { useState } from "react";
import { counted } from "#components/feedback/format.ts";
import drawer from "./drawer.module.css";

const maxShownMembers = 200;
/** What is small is open from the beginning, a few levels down. */
const openedMembers = 20;
const openedDepth = 3;
const maxTextCharacters = 2_000;

interface JsonTreeProps {
  readonly value: unknown;
  readonly name?: string;
  readonly isOpen?: boolean;
  readonly depth?: number;
}

/** A JSON value as a tree. What is closed does not exist yet, so that neither depth nor size can hold up the page. */
export function JsonTree({ value, name, isOpen = false, depth = 0 }: JsonTreeProps) {
  const [open, setOpen] = useState(isOpen);
  const [shown, setShown] = useState(maxShownMembers);
  const label = name === undefined ? null : <span className={drawer.jsonName}>{name}: </span>;
  if (typeof value !== "object" || value === null) {
    const text = JSON.stringify(value) ?? "null";
    return <div>{label}<span>{text.length > maxTextCharacters ? `${text.slice(0, maxTextCharacters)}…` : text}</span></div>;
  }
  const size = Array.isArray(value) ? value.length : Object.keys(value).length;
  const what = Array.isArray(value) ? `[${counted(size, "item")}]` : `{${counted(size, "member")}}`;
  if (size === 0) return <div>{label}{Array.isArray(value) ? "[]" : "{}"}</div>;
  return (
    <details open={open} onToggle={(event) => event.target === event.currentTarget && setOpen(event.currentTarget.open)} className={drawer.json}>
      <summary>{label}{what}</summary>
      {open ? (
        <div className={drawer.jsonMembers}>
          {Object.entries(value).slice(0, shown).map(([key, member]) => (
            <JsonTree key={key} name={key} value={member} depth={depth + 1} isOpen={size <= openedMembers && depth < openedDepth} />
          ))}
          {size > shown ? <button type="button" className={drawer.more} onClick={() => setShown(shown + maxShownMembers)}>{(size - shown).toLocaleString("en")} more</button> : null}
        </div>
      ) : null}
    </details>
  );
}
