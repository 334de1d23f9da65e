"use client";
import { Content, FormGroup, FormSelect, FormSelectOption, Title } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { paths } from "#contracts/paths.ts";
import { patternCovers } from "#contracts/naming.ts";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { AppLink } from "#components/frame/AppLink.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { EndpointList } from "#components/spaces/EndpointList.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { ConnectionSnippets } from "./ConnectionSnippets.tsx";
import { useAddress } from "./use-address.ts";
import styles from "./address.module.css";

/** How a program reaches the address: endpoints, a credential, and code to run. */
export function ConnectAddressTab() {
  const scope = useSpaceScope();
  const address = useAddress();
  const trpc = useTRPC();
  const space = useQuery(trpc.spaces.get.queryOptions(scope));
  const credentials = useQuery(trpc.credentials.list.queryOptions(scope));
  const [chosen, setChosen] = useState<string>();
  if (space.data === undefined) return space.isError ? <ErrorState error={space.error} onRetry={() => void space.refetch()} /> : null;
  const fitting = credentials.data?.filter(({ permissions }) => permissions.some(({ pattern }) => patternCovers(pattern, address.name))) ?? [];
  const login = chosen ?? fitting[0]?.login;
  return (
    <div className={styles.connect}>
      <Title headingLevel="h2" size="lg">Where to connect</Title>
      <EndpointList endpoints={space.data.endpoints} />
      <Title headingLevel="h2" size="lg">Code</Title>
      {fitting.length === 0 ? (
        <Content component="p">
          No credential of this space reaches this address yet. <AppLink href={paths.createCredential(scope.tenant, scope.space)}>Create a credential</AppLink> for
          your program; the code below shows where it goes.
        </Content>
      ) : (
        <FormGroup label="Credential" fieldId="connect-credential" className={styles.narrowForm}>
          <FormSelect id="connect-credential" value={login} onChange={(_event, value) => setChosen(value)}>
            {fitting.map((credential) => (
              <FormSelectOption key={credential.id} value={credential.login} label={credential.login} />
            ))}
          </FormSelect>
        </FormGroup>
      )}
      <ConnectionSnippets scope={scope} endpoints={space.data.endpoints} address={address} login={login} />
    </div>
  );
}
