"use client";
import { ActionGroup, Button, ClipboardCopy, Title } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import type { Endpoints } from "#contracts/spaces/space.ts";
import { paths } from "#contracts/paths.ts";
import { Code } from "#components/addresses/ConnectionSnippets.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { PhaseLabel } from "#components/feedback/PhaseLabel.tsx";
import { useAskBeforeLeaving, useLeaveTo } from "#components/form/LeaveGuard.tsx";
import { useFallbackInterval } from "#components/spaces/space-live.ts";
import { useTRPC, type Outputs } from "#components/trpc/client.ts";
import { SecretBox } from "./SecretBox.tsx";
import styles from "./credentials.module.css";

/** Connection strings with login and secret, one for each AMQP entrance that is open. */
function connectionStrings(endpoints: Endpoints, login: string, secret: string): string[] {
  return [endpoints.amqps, endpoints.amqp].flatMap((url) => (url === null ? [] : url.replace("://", `://${encodeURIComponent(login)}:${encodeURIComponent(secret)}@`)));
}

/** The only time a secret is shown: large, to copy, with connection strings ready to use. */
export function SecretOnce({ scope, created }: { scope: SpaceScope; created: Outputs["credentials"]["create"] }) {
  const { credential, secret } = created;
  const trpc = useTRPC();
  const leaveTo = useLeaveTo();
  const fallbackInterval = useFallbackInterval();
  const [isCopied, setIsCopied] = useState(false);
  const space = useQuery(trpc.spaces.get.queryOptions(scope));
  const credentials = useQuery({
    ...trpc.credentials.list.queryOptions(scope),
    refetchInterval: ({ state }) => fallbackInterval(state.data?.map(({ phase }) => phase) ?? []),
  });
  const phase = credentials.data?.find(({ name }) => name === credential.name)?.phase ?? credential.phase;
  useAskBeforeLeaving(isCopied ? undefined : "The secret was not copied yet, and it is never shown again. Without it the credential is of no use.");
  return (
    <div className={styles.once}>
      <InlineAlert variant="warning" title="Copy the secret now">
        It is shown this once. Postroom keeps no copy that anybody could read.
      </InlineAlert>
      <SecretBox secret={secret} isCopied={isCopied} onCopied={() => setIsCopied(true)} />
      <div>
        <Title headingLevel="h2" size="md">Login</Title>
        <ClipboardCopy isReadOnly hoverTip="Copy login" clickTip="Copied" textAriaLabel="Login" className={styles.line}>{credential.login}</ClipboardCopy>
        <span role="status" aria-label="Phase"><PhaseLabel phase={phase} /></span>{" "}
        {phase === "Active" ? "Programs can log in with it." : "It can be used as soon as it is Active, in a moment."}
      </div>
      {space.data === undefined ? null : (
        <div>
          <Title headingLevel="h2" size="md">Connection strings</Title>
          {connectionStrings(space.data.endpoints, credential.login, secret).map((text) => (
            <ClipboardCopy key={text} isReadOnly hoverTip="Copy" clickTip="Copied" textAriaLabel={text.startsWith("amqps") ? "Connection string with TLS" : "Connection string"} className={styles.line}>
              {text}
            </ClipboardCopy>
          ))}
          <Code label="environment" text={`export POSTROOM_LOGIN=${credential.login}\nexport POSTROOM_SECRET=${secret}`} />
        </div>
      )}
      <ActionGroup>
        <Button variant="secondary" onClick={() => leaveTo(paths.credentials(scope.tenant, scope.space))}>Done</Button>
      </ActionGroup>
    </div>
  );
}
