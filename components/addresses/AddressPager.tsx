"use client";
import { Button, Flex } from "@patternfly/react-core";

// Cursors lead forward only; the way back to a page is known once it was left through Next.
const cameFrom = new Map<string, string | undefined>();
const maxRemembered = 1_000;

interface AddressPagerProps {
  readonly after: string | undefined;
  readonly nextCursor: string | null;
  readonly onGo: (cursor: string | undefined) => void;
}

export function AddressPager({ after, nextCursor, onGo }: AddressPagerProps) {
  if (after === undefined && nextCursor === null) return null;
  const knowsPrevious = after !== undefined && cameFrom.has(after);
  const next = () => {
    if (nextCursor === null) return;
    if (cameFrom.size >= maxRemembered) cameFrom.clear();
    cameFrom.set(nextCursor, after);
    onGo(nextCursor);
  };
  return (
    <nav aria-label="Pages of the address list">
      <Flex justifyContent={{ default: "justifyContentFlexEnd" }}>
        <Button variant="secondary" isDisabled={after === undefined} onClick={() => onGo(after === undefined ? undefined : cameFrom.get(after))}>
          {after === undefined || knowsPrevious ? "Previous" : "First page"}
        </Button>
        <Button variant="secondary" isDisabled={nextCursor === null} onClick={next}>
          Next
        </Button>
      </Flex>
    </nav>
  );
}
