import { Label, type LabelProps } from "@patternfly/react-core";
import type { AddressType } from "#contracts/addresses/address-type.ts";
import { addressTypeDescriptions } from "#contracts/addresses/type-descriptions.ts";

const colors: Record<AddressType, LabelProps["color"]> = { queue: "blue", topic: "purple", subscription: "green", anycast: "teal", multicast: "orangered" };

export function TypeBadge({ type }: { type: AddressType }) {
  return (
    <Label isCompact color={colors[type]} title={addressTypeDescriptions[type].sentence}>
      {addressTypeDescriptions[type].title}
    </Label>
  );
}
