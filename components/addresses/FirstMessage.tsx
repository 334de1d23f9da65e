"use client";
import { AlertActionLink } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { FirstSender } from "#contracts/addresses/first-message.ts";
import { paths } from "#contracts/paths.ts";
import { loginName } from "#components/connections/connection-words.ts";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { useLeaveTo } from "#components/form/LeaveGuard.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useTRPC } from "#components/trpc/client.ts";
import type { AddressDetail } from "./use-address.ts";

/** How long an address counts as new after its first message. */
const newForMs = 24 * 60 * 60 * 1000;

/** What clients do arrives a little later than the numbers; for so long it is asked for again. */
const namedWithinMs = 60_000;
const askAgainMs = 2_000;

/** Waits for the first message of an address, whoever sends it, and says when it has come. Nothing once the address is in use. */
export function FirstMessage({ address }: { address: AddressDetail }) {
  const { tenant, space } = useSpaceScope();
  const leaveTo = useLeaveTo();
  const [openedAtMs] = useState(Date.now);
  const [hasWaited, setHasWaited] = useState(false);
  const { statistics } = address;
  if (address.phase !== "Active" || address.type === "subscription" || statistics === null || statistics.sampledAt === null) return null;
  const isWaiting = statistics.totals.in === 0;
  if (isWaiting && !hasWaited) setHasWaited(true);
  if (isWaiting) {
    return (
      <InlineAlert
        variant="info"
        title="Waiting for your first message"
        actionLinks={
          <>
            <AlertActionLink component="a" href={paths.tryAddress(tenant, space, address.name)} onClick={(event) => { event.preventDefault(); leaveTo(paths.tryAddress(tenant, space, address.name)); }}>Send one from here</AlertActionLink>
            <AlertActionLink component="a" href={paths.connectAddress(tenant, space, address.name)} onClick={(event) => { event.preventDefault(); leaveTo(paths.connectAddress(tenant, space, address.name)); }}>Connect a program</AlertActionLink>
          </>
        }
      >
        This turns green as soon as any client has sent one.
      </InlineAlert>
    );
  }
  if (!hasWaited && openedAtMs - Date.parse(address.createdAt) > newForMs) return null;
  return <Came name={address.name} />;
}

function Came({ name }: { name: string }) {
  const scope = useSpaceScope();
  const [untilMs] = useState(() => Date.now() + namedWithinMs);
  const { data } = useQuery({
    ...useTRPC().addresses.getFirstMessage.queryOptions({ ...scope, name }),
    refetchInterval: ({ state }) => ((state.data?.senders.length ?? 0) === 0 && Date.now() < untilMs ? askAgainMs : false),
  });
  return <InlineAlert isLiveRegion variant="success" title="The first message has come">{sentenceOf(data?.senders ?? [])}</InlineAlert>;
}

function sentenceOf(senders: readonly FirstSender[]): string {
  const named = [...new Set(senders.map(nameOf))];
  if (named.length === 0) return "This address works: a client has sent to it.";
  return named.length === 1 ? `This address works: ${named[0]} has sent to it.` : `This address works: a client has sent to it. Attached by then: ${named.join("; ")}.`;
}

/** Containers of the test client are made up anew for each connection, and say nothing to anybody. */
function nameOf({ container, ...sender }: FirstSender): string {
  if (sender.isPerson) return `${sender.login}, from the test client,`;
  return container === "" ? loginName(sender) : `${loginName(sender)} (${container})`;
}
