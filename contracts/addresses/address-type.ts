/** Without schemas, so that the address list's first load brings no validation library along. */
export const addressTypes = ["queue", "topic", "subscription", "anycast", "multicast"] as const;
export type AddressType = (typeof addressTypes)[number];

/** Stored types live on a broker; direct types live in the gateways. */
export function isStored(type: AddressType): type is Exclude<AddressType, "anycast" | "multicast"> {
  return type === "queue" || type === "topic" || type === "subscription";
}

/** Whether its plan says what is stored, for how long and how often it is tried: for a subscription its topic's plan does. */
export function hasStorageOfItsOwn(type: AddressType): boolean {
  return type === "queue" || type === "topic";
}

/** Whether messages wait in a queue of the address's own, to be looked at, removed, and retried when they are dead. */
export function hasQueue(type: AddressType): boolean {
  return type === "queue" || type === "subscription";
}

/** Whether programs send to it; a subscription is only received from. */
export function takesMessages(type: AddressType): boolean {
  return type !== "subscription";
}
