"use client";
import { Alert, AlertActionLink } from "@patternfly/react-core";
import { useState } from "react";
import { paths } from "#contracts/paths.ts";
import { useLeaveTo } from "#components/form/LeaveGuard.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import type { AddressDetail } from "./use-address.ts";

/** How long an address counts as new after its first message. */
const newForMs = 24 * 60 * 60 * 1000;

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
      <Alert
        isInline
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
      </Alert>
    );
  }
  if (!hasWaited && openedAtMs - Date.parse(address.createdAt) > newForMs) return null;
  return <Alert isInline variant="success" title="The first message has come">This address works: a client has sent to it.</Alert>;
}
