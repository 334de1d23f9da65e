import { DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from "@patternfly/react-core";
import type { AddressStatistics } from "#contracts/addresses/address-statistics.ts";
import type { Address } from "#contracts/addresses/address.ts";
import { paths } from "#contracts/paths.ts";
import { formatMoment } from "#components/feedback/moment.ts";
import { AppLink } from "#components/frame/AppLink.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { deletedAt, ruleSentence } from "./rule-words.ts";

/** Which rule made the address, and when it goes again. */
export function MadeByRule({ rule, statistics }: { rule: NonNullable<Address["rule"]>; statistics: AddressStatistics | null }) {
  const { tenant, space } = useSpaceScope();
  const at = deletedAt(rule, statistics);
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>Made by a rule</DescriptionListTerm>
      <DescriptionListDescription>
        By the rule for <AppLink href={paths.spaceSettings(tenant, space)}><code>{rule.pattern}</code></AppLink>, when a program asked for it. {ruleSentence(rule)}
        {at === undefined ? null : <> Nobody uses it now: unless somebody does, it is deleted at <time dateTime={at}>{formatMoment(new Date(at))}</time> or soon after.</>}
      </DescriptionListDescription>
    </DescriptionListGroup>
  );
}
