import type { AddressType } from "#contracts/addresses/address-type.ts";
import type { Finding } from "#contracts/addresses/explanation.ts";
import { paths } from "#contracts/paths.ts";

/** Where an address is. */
export interface ExplainedAddress {
  readonly tenant: string;
  readonly space: string;
  readonly name: string;
  readonly type: AddressType;
  /** Of a subscription, where it is known. */
  readonly topic?: string | null;
}

/** The page on which a next step is taken, and what its link says; undefined when it is taken outside of the console. */
export function placeOfStep(place: Finding["step"]["place"], { tenant, space, name, topic }: ExplainedAddress): { href: string; label: string } | undefined {
  switch (place) {
    case "settings":
      return { href: paths.addressSettings(tenant, space, name), label: "Settings" };
    case "dead-letters":
      return { href: `${paths.addressMessages(tenant, space, name)}?from=dead-letters`, label: "Dead letters" };
    case "messages":
      return { href: paths.addressMessages(tenant, space, name), label: "Messages" };
    case "connect":
      return { href: paths.connectAddress(tenant, space, name), label: "Connect a program" };
    case "try":
      return { href: paths.tryAddress(tenant, space, name), label: "Try it" };
    case "credentials":
      return { href: paths.credentials(tenant, space), label: "Credentials" };
    case "topic":
      return topic == null ? undefined : { href: paths.address(tenant, space, topic), label: "The topic" };
    case "links":
      return { href: paths.addressLinks(tenant, space, name), label: "Links" };
    case "none":
      return undefined;
  }
}
