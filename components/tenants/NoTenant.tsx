import { Button, EmptyState, EmptyStateBody, EmptyStateFooter, PageSection } from "@patternfly/react-core";
import { UsersIcon } from "@patternfly/react-icons";
import { authentication } from "#components/auth/authentication.ts";

export function NoTenant({ email }: { email: string }) {
  return (
    <PageSection hasBodyWrapper={false} isFilled>
      <EmptyState headingLevel="h1" titleText="You are not in a tenant yet" icon={UsersIcon}>
        <EmptyStateBody>
          Addresses belong to tenants, and you are a member of none. Ask a tenant-admin of your organisation to add <strong>{email}</strong>, then reload this page.
        </EmptyStateBody>
        <EmptyStateFooter>
          <Button variant="secondary" onClick={() => location.reload()}>Reload</Button>{" "}
          <Button variant="link" onClick={() => void authentication.logOut()}>Log in as somebody else</Button>
        </EmptyStateFooter>
      </EmptyState>
    </PageSection>
  );
}
