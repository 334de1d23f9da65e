"use client";
import {
  ClipboardCopyButton, CodeBlock, CodeBlockAction, CodeBlockCode, Content, Tab, Tabs, TabTitleText, ToggleGroup, ToggleGroupItem,
} from "@patternfly/react-core";
import { useState } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { type AddressType, takesMessages } from "#contracts/addresses/address-type.ts";
import { credentialLogin } from "#contracts/naming.ts";
import { paths } from "#contracts/paths.ts";
import type { Snippet } from "#contracts/snippets/snippet.ts";
import { snippetsFor } from "#contracts/snippets/snippets.ts";
import type { Endpoints } from "#contracts/spaces/space.ts";
import { AppLink } from "#components/frame/AppLink.tsx";
import styles from "./connect.module.css";

interface ConnectionSnippetsProps {
  readonly scope: SpaceScope;
  readonly endpoints: Endpoints;
  readonly address: { readonly name: string; readonly type: AddressType };
  /** Login of the credential to use; a placeholder when absent. */
  readonly login?: string;
}

/** Whole programs that send a message to the address and receive it (of a subscription: receive one), filled in; the secret stays outside of them. */
export function ConnectionSnippets({ scope, endpoints, address, login }: ConnectionSnippetsProps) {
  const [wantsTls, setWantsTls] = useState(endpoints.amqps !== null);
  const [active, setActive] = useState<Snippet["id"]>("rhea");
  const url = wantsTls ? endpoints.amqps : endpoints.amqp;
  if (endpoints.amqp === null && endpoints.amqps === null) return <InlineAlert variant="info" title="The operator has closed the AMQP entrances; only WebSocket is open." />;
  if (url === null) return null;
  const { hostname, port } = new URL(url);
  const snippets = snippetsFor({
    host: hostname,
    port: Number(port),
    tls: wantsTls,
    address: address.name,
    addressType: address.type,
    login: login ?? credentialLogin(scope.tenant, scope.space, "your-credential"),
  });
  return (
    <div className={styles.snippets}>
      <div className={styles.choices}>
        {endpoints.amqp !== null && endpoints.amqps !== null ? (
          <ToggleGroup aria-label="Encryption">
            <ToggleGroupItem text="With TLS" isSelected={wantsTls} onChange={() => setWantsTls(true)} />
            <ToggleGroupItem text="Without TLS" isSelected={!wantsTls} onChange={() => setWantsTls(false)} />
          </ToggleGroup>
        ) : null}
      </div>
      <Tabs activeKey={active} onSelect={(_event, key) => setActive(key as Snippet["id"])} aria-label="Language">
        {snippets.map((snippet) => (
          <Tab key={snippet.id} eventKey={snippet.id} title={<TabTitleText>{snippet.title}</TabTitleText>}>
            <Content className={styles.steps}>
              <p>
                Get the library, put the secret of a <AppLink href={paths.credentials(scope.tenant, scope.space)}>credential</AppLink> into POSTROOM_SECRET, and run
                the program{takesMessages(address.type) ? "" : ", which waits for a message that is sent to the topic"}:
              </p>
            </Content>
            <Code label="commands" text={`${snippet.install}\nexport POSTROOM_SECRET=…\n${snippet.run}`} />
            <Code label={snippet.fileName} text={snippet.code} />
          </Tab>
        ))}
      </Tabs>
    </div>
  );
}

/** Text to copy as it is. */
export function Code({ label, text }: { label: string; text: string }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
  };
  return (
    <CodeBlock
      className={styles.code}
      actions={
        <>
          <CodeBlockAction className={styles.codeName}>{label}</CodeBlockAction>
          <CodeBlockAction>
            <ClipboardCopyButton id={`copy-${label}`} aria-label={`Copy ${label}`} variant="plain" onClick={() => void copy()} onTooltipHidden={() => setIsCopied(false)}>
              {isCopied ? "Copied" : `Copy ${label}`}
            </ClipboardCopyButton>
          </CodeBlockAction>
        </>
      }
    >
      <CodeBlockCode>{text}</CodeBlockCode>
    </CodeBlock>
  );
}
