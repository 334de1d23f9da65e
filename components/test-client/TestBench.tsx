"use client";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { AddressType, SpaceScope } from "#contracts/addresses/address.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { ConnectionLine } from "./ConnectionLine.tsx";
import { ReceiverPane } from "./ReceiverPane.tsx";
import { SenderPane } from "./SenderPane.tsx";
import { TopicPane } from "./TopicPane.tsx";
import { TestClient } from "./test-client.ts";
import styles from "./test-client.module.css";

/** Sender left, receiver right, over one connection of the browser's own; a subscription has only a receiver. */
export function TestBench({ scope, address }: { scope: SpaceScope; address: { readonly name: string; readonly type: AddressType; readonly topic: string | null } }) {
  const { name, type, topic } = address;
  const { mutateAsync: openSession } = useMutation(useTRPC().testClient.open.mutationOptions());
  const [client] = useState(() => new TestClient({ address: { name, type }, openSession: () => openSession({ ...scope, name }) }));
  useEffect(() => {
    client.connect();
    return client.stop;
  }, [client]);
  const state = useSyncExternalStore(client.subscribe, client.getState, client.getState);
  return (
    <>
      <ConnectionLine connection={state.connection} onConnect={client.connect} />
      <div className={styles.panes}>
        {topic === null ? <SenderPane client={client} state={state} type={type} /> : <TopicPane topic={topic} />}
        <ReceiverPane client={client} state={state} type={type} />
      </div>
    </>
  );
}
