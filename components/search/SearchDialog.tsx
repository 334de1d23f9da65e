"use client";
import { Modal, ModalBody, ModalHeader, TextInputGroup, TextInputGroupMain } from "@patternfly/react-core";
import { SearchIcon } from "@patternfly/react-icons";
import { type KeyboardEvent, useId, useState } from "react";
import { useLeaveTo } from "#components/form/LeaveGuard.tsx";
import { useFound } from "./use-found.ts";
import styles from "./search.module.css";

/** Finds places, actions and things by a part of their name; arrows choose, Enter goes there. */
export function SearchDialog({ onClose }: { onClose: () => void }) {
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState(0);
  const leaveTo = useLeaveTo();
  const listId = useId();
  const { groups, isSearching } = useFound(words.trim());
  const all = groups.flatMap(({ items }) => items);
  const current = all[Math.min(chosen, all.length - 1)];
  const go = (href: string) => {
    onClose();
    leaveTo(href);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined && all.length > 0) {
      event.preventDefault();
      setChosen((Math.min(chosen, all.length - 1) + step + all.length) % all.length);
    }
    if (event.key === "Enter" && current !== undefined) {
      event.preventDefault();
      go(current.href);
    }
  };
  return (
    <Modal isOpen variant="medium" position="top" elementToFocus="#search-everything" onClose={onClose} aria-label="Search everything">
      <ModalHeader title="Search everything" />
      <ModalBody>
        <TextInputGroup>
          <TextInputGroupMain
            icon={<SearchIcon />}
            inputId="search-everything"
            type="search"
            aria-label="Search for"
            placeholder="Address, connection, person, page or action"
            value={words}
            role="combobox"
            isExpanded
            aria-controls={listId}
            aria-activedescendant={current === undefined ? undefined : `${listId}-${current.id}`}
            onChange={(_event, text) => {
              setWords(text);
              setChosen(0);
            }}
            onKeyDown={onKeyDown}
          />
        </TextInputGroup>
        <div id={listId} role="listbox" aria-label="Found" aria-busy={isSearching} className={styles.list}>
          {groups.map(({ title, items }) => (
            <div key={title} role="group" aria-label={title}>
              <div className={styles.title} aria-hidden>{title}</div>
              {items.map(({ id, href, name, detail }) => (
                <div
                  key={id}
                  id={`${listId}-${id}`}
                  role="option"
                  aria-selected={id === current?.id}
                  className={styles.item}
                  onMouseMove={() => setChosen(all.findIndex((each) => each.id === id))}
                  onClick={() => go(href)}
                >
                  <span>{name}</span> <span className={styles.detail}>{detail}</span>
                </div>
              ))}
            </div>
          ))}
          {all.length === 0 && !isSearching ? <p className={styles.detail}>Nothing matches “{words.trim()}”.</p> : null}
        </div>
      </ModalBody>
    </Modal>
  );
}
