import { DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from "@patternfly/react-core";
import type { AddressStatistics } from "#contracts/addresses/address-statistics.ts";
import { Figure } from "./Figure.tsx";

const labels = {
  in: "Taken from senders",
  out: "Handed to receivers, each attempt",
  acknowledged: "Acknowledged",
  rejected: "Rejected by receivers",
  released: "Given back by receivers",
  refused: "Refused to senders",
  expired: "Expired",
  deadLettered: "Became dead letters",
} as const satisfies Record<keyof AddressStatistics["totals"], string>;
const storedOnly: ReadonlySet<string> = new Set(["expired", "deadLettered"]);
const ofReceiversOnly = { ...labels, in: "Came from the topic" };

/** What has been counted at an address since it was made. */
export function AddressTotals({ statistics, isStored, hasSenders }: { statistics: AddressStatistics | null; isStored: boolean; hasSenders: boolean }) {
  const shown = (Object.keys(labels) as (keyof typeof labels)[]).filter((name) => (isStored || !storedOnly.has(name)) && (hasSenders || name !== "refused"));
  return (
    <DescriptionList isCompact isHorizontal>
      {shown.map((name) => (
        <DescriptionListGroup key={name}>
          <DescriptionListTerm>{(hasSenders ? labels : ofReceiversOnly)[name]}</DescriptionListTerm>
          <DescriptionListDescription><Figure statistics={statistics} value={statistics?.totals[name]} unit=" messages" /></DescriptionListDescription>
        </DescriptionListGroup>
      ))}
    </DescriptionList>
  );
}
