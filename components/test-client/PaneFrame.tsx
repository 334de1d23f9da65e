"use client";
import { Button, Card, CardBody, CardHeader, CardTitle, Skeleton } from "@patternfly/react-core";
import { TimesIcon } from "@patternfly/react-icons";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type AddressType, addressTypes, takesMessages } from "#contracts/addresses/address-type.ts";
import { refusalOf } from "#contracts/phases.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import type { AddressDetail } from "#components/addresses/use-address.ts";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { AddressPicker } from "./AddressPicker.tsx";
import { ReceiverPane } from "./ReceiverPane.tsx";
import { RequestPane } from "./RequestPane.tsx";
import { SenderPane } from "./SenderPane.tsx";
import { TopicPane } from "./TopicPane.tsx";
import { kindOf, modeOf, type PaneKind, type PaneView } from "./workbench-view.ts";
import styles from "./test-client.module.css";

interface PaneFrameProps {
  readonly paneId: string;
  readonly name: string;
  readonly pane: PaneView;
  /** The address of the page; its panes have no other. */
  readonly isFixed: boolean;
  readonly isHidden: boolean;
  readonly onChange: (pane: PaneView) => void;
  readonly onRemove: (() => void) | undefined;
}

const requestable: readonly AddressType[] = ["queue", "anycast"];

function typesFor(kind: PaneKind): readonly AddressType[] {
  if (kind === "request") return requestable;
  if (kind === "browse") return ["queue", "subscription"];
  return kind === "send" ? addressTypes.filter(takesMessages) : addressTypes;
}

/** One pane with its address: what it does with it once the address is there. */
export function PaneFrame({ paneId, name, pane, isFixed, isHidden, onChange, onRemove }: PaneFrameProps) {
  return (
    <Card isCompact component="section" aria-label={name} className={styles.pane} hidden={isHidden}>
      <CardHeader {...(onRemove === undefined ? {} : { actions: { actions: <Button variant="plain" icon={<TimesIcon />} aria-label={`Remove ${name}`} onClick={onRemove} />, hasNoOffset: true } })}>
        <CardTitle component="h2">{name}</CardTitle>
      </CardHeader>
      <CardBody>
        {isFixed ? null : <AddressPicker value={pane.address} types={typesFor(pane.kind)} onChange={(address) => onChange({ ...pane, address })} />}
        {pane.address === "" ? (
          <p className={styles.subtle}>Choose an address to begin.</p>
        ) : (
          <WithAddress key={pane.address} name={pane.address}>
            {({ type, topic }) => {
              const address = { name: pane.address, type };
              const mode = modeOf(pane.kind);
              if (pane.kind === "request") return requestable.includes(type) ? <RequestPane paneId={paneId} name={name} address={address} /> : <InlineAlert component="h3" variant="info" title="Requests need one who answers">Requests go to queues and anycast addresses; {pane.address} is a {type}.</InlineAlert>;
              if (mode === undefined && topic !== null) return <TopicPane topic={topic} />;
              if (mode === undefined) return <SenderPane paneId={paneId} name={name} address={address} />;
              return <ReceiverPane paneId={paneId} name={name} address={address} mode={mode} onMode={(chosen) => onChange({ ...pane, kind: kindOf(chosen) })} />;
            }}
          </WithAddress>
        )}
      </CardBody>
    </Card>
  );
}

/** Waits until the address is known and can be used, and says why when it cannot. What runs already goes on and hears of it from the gateway. */
function WithAddress({ name, children }: { name: string; children: (address: AddressDetail) => ReactNode }) {
  const scope = useSpaceScope();
  const query = useQuery(useTRPC().addresses.get.queryOptions({ ...scope, name }));
  if (query.data === undefined) {
    if (query.isError) {
      const { code, message } = toPublicError(query.error);
      return <InlineAlert component="h3" variant="danger" title={code === "not-found" ? `There is no address ${name}` : "The address cannot be looked up"}>{code === "not-found" ? "It may have been deleted. Choose another one." : message}</InlineAlert>;
    }
    return (
      <Delayed label="Looking the address up">
        <Skeleton height="8rem" />
      </Delayed>
    );
  }
  const refusal = refusalOf("send-and-receive", query.data.phase);
  return (
    <>
      {refusal === undefined ? null : <InlineAlert component="h3" variant="warning" title="Not now">{refusal}</InlineAlert>}
      {refusal !== undefined && query.data.phase !== "Terminating" ? null : children(query.data)}
    </>
  );
}
