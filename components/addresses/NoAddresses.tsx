import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import { InboxIcon, PlusIcon, SearchIcon } from "@patternfly/react-icons";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { paths } from "#contracts/paths.ts";
import { LinkButton } from "#components/feedback/LinkButton.tsx";

export function NoAddresses({ scope, missing }: { scope: SpaceScope; missing: string | undefined }) {
  return (
    <EmptyState headingLevel="h2" titleText="No addresses yet" icon={InboxIcon}>
      <EmptyStateBody>
        An address is where programs send messages to and receive them from: a queue for work, a topic for news, or a direct address for live traffic. The first one
        takes less than a minute.
      </EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <LinkButton variant="primary" icon={<PlusIcon />} href={paths.createAddress(scope.tenant, scope.space)} reason={missing}>
            Create address
          </LinkButton>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}

export function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState headingLevel="h2" titleText="No address matches" icon={SearchIcon} variant="sm">
      <EmptyStateBody>Nothing in this space fits the search and filters above.</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button variant="link" onClick={onClear}>Clear search and filters</Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}
