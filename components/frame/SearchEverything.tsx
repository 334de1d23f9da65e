"use client";
import { Button } from "@patternfly/react-core";
import { SearchIcon } from "@patternfly/react-icons";
import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import styles from "./frame.module.css";

const SearchDialog = dynamic(() => import("#components/search/SearchDialog.tsx").then((file) => file.SearchDialog), { ssr: false });

/** Opens the search over addresses, connections, people, pages and actions: by click, or Ctrl K wherever one is. */
export function SearchEverything() {
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      setIsOpen(true);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  return (
    <>
      <Button variant="plain" icon={<SearchIcon />} aria-label="Search everything, Ctrl K" aria-keyshortcuts="Control+K" title="Search everything (Ctrl K)" onClick={() => setIsOpen(true)}>
        <span className={styles.healthText}>Ctrl K</span>
      </Button>
      {isOpen ? <SearchDialog onClose={() => setIsOpen(false)} /> : null}
    </>
  );
}
