"use client";
import { Button, Flex } from "@patternfly/react-core";
import { AngleDoubleLeftIcon, AngleDoubleRightIcon, AngleLeftIcon, AngleRightIcon } from "@patternfly/react-icons";
import { lastPage } from "#contracts/addresses/address-list.ts";
import { formatExact } from "#components/feedback/format.ts";
import type { Outputs } from "#components/trpc/client.ts";
import styles from "./addresses.module.css";

interface AddressPagerProps {
  readonly page: Outputs["addresses"]["list"];
  readonly onGo: (cursor: string | undefined) => void;
}

/** Which rows are shown, and the ways to the others: each page costs the same, so the last is as near as the next. */
export function AddressPager({ page, onGo }: AddressPagerProps) {
  const { nextCursor, previousCursor, firstRow, items, total } = page;
  if (previousCursor === null && nextCursor === null) return null;
  return (
    <nav aria-label="Pages of the address list">
      <Flex justifyContent={{ default: "justifyContentFlexEnd" }} alignItems={{ default: "alignItemsCenter" }} gap={{ default: "gapSm" }}>
        <span className={styles.rows}>
          {formatExact(firstRow)}–{formatExact(firstRow + items.length - 1)} of {formatExact(total)}
        </span>
        <Button variant="plain" aria-label="First page" icon={<AngleDoubleLeftIcon />} isDisabled={previousCursor === null} onClick={() => onGo(undefined)} />
        <Button variant="plain" aria-label="Previous page" icon={<AngleLeftIcon />} isDisabled={previousCursor === null} onClick={() => onGo(previousCursor ?? undefined)} />
        <Button variant="plain" aria-label="Next page" icon={<AngleRightIcon />} isDisabled={nextCursor === null} onClick={() => onGo(nextCursor ?? undefined)} />
        <Button variant="plain" aria-label="Last page" icon={<AngleDoubleRightIcon />} isDisabled={nextCursor === null} onClick={() => onGo(lastPage)} />
      </Flex>
    </nav>
  );
}
