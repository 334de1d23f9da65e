"use client";
import { Card, CardBody, CardFooter, CardTitle } from "@patternfly/react-core";
import type { ReactNode } from "react";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { paths } from "#contracts/paths.ts";
import { LinkButton } from "#components/feedback/LinkButton.tsx";
import { useMissingPermission } from "#components/frame/use-session.ts";
import styles from "./spaces.module.css";

/** The way from an empty space to a program that sends and receives. */
export function FirstSteps({ scope }: { scope: SpaceScope }) {
  const mayNotCreate = useMissingPermission("address:create");
  const mayNotCreateCredential = useMissingPermission("credential:create");
  return (
    <ol className={styles.steps} aria-label="First steps">
      <Step
        number={1}
        title="Make an address"
        action={
          <LinkButton variant="primary" href={paths.createAddress(scope.tenant, scope.space)} reason={mayNotCreate}>
            Create address
          </LinkButton>
        }
      >
        A queue for work, a topic for news, or a direct address for live traffic.
      </Step>
      <Step number={2} title="Try it in the browser">
        Its page has a <strong>Try it</strong> tab: send a message, receive it, and see what became of it.
      </Step>
      <Step
        number={3}
        title="Connect a program"
        action={
          <LinkButton variant="secondary" href={paths.createCredential(scope.tenant, scope.space)} reason={mayNotCreateCredential}>
            Create credential
          </LinkButton>
        }
      >
        Give your program a credential, and copy the code from the address’s <strong>Connect</strong> tab.
      </Step>
    </ol>
  );
}

function Step({ number, title, action, children }: { number: number; title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <li>
      <Card className={styles.step}>
        <CardTitle component="h2">
          <span className={styles.number} aria-hidden>{number}</span>
          {title}
        </CardTitle>
        <CardBody>{children}</CardBody>
        {action === undefined ? null : <CardFooter>{action}</CardFooter>}
      </Card>
    </li>
  );
}
