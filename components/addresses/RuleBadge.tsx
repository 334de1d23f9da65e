import { Label } from "@patternfly/react-core";
import { MagicIcon } from "@patternfly/react-icons";
import type { Address } from "#contracts/addresses/address.ts";
import { ruleSentence } from "./rule-words.ts";

/** Says of an address that a rule of its space made it. */
export function RuleBadge({ rule }: { rule: NonNullable<Address["rule"]> }) {
  return (
    <Label isCompact variant="outline" icon={<MagicIcon />} title={`By the rule for ${rule.pattern}. ${ruleSentence(rule)}`}>
      Made by a rule
    </Label>
  );
}
