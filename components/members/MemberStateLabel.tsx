import { Label } from "@patternfly/react-core";
import { BanIcon, CheckCircleIcon, EnvelopeIcon } from "@patternfly/react-icons";
import type { MemberState } from "#contracts/members/member.ts";

export function MemberStateLabel({ state }: { state: MemberState }) {
  if (state === "active") return <Label isCompact variant="outline" status="success" icon={<CheckCircleIcon />}>active</Label>;
  if (state === "invited") return <Label isCompact variant="outline" status="info" icon={<EnvelopeIcon />}>invited</Label>;
  return <Label isCompact variant="outline" color="grey" icon={<BanIcon />}>disabled</Label>;
}
