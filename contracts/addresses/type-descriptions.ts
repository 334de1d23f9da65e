import type { AddressType } from "./address-type.ts";

/** One plain sentence a type: who should take it. Used by the wizard, the badge's tooltip and the docs. */
export const addressTypeDescriptions: Record<AddressType, { title: string; sentence: string }> = {
  queue: {
    title: "Queue",
    sentence: "Keeps each message safe until one of the consumers has taken it. For work that must be done once, even if nobody listens right now.",
  },
  topic: {
    title: "Topic",
    sentence: "Gives every subscriber its own copy. For news that several programs want, each at its own pace.",
  },
  subscription: {
    title: "Subscription",
    sentence: "Keeps the messages of a topic for one group of consumers, who share them, even while none of them is connected. For a program that must miss nothing.",
  },
  anycast: {
    title: "Anycast",
    sentence: "Hands each message directly to one waiting consumer, without storing it. For fast requests and replies; the sender waits while nobody listens.",
  },
  multicast: {
    title: "Multicast",
    sentence: "Hands each message directly to everybody who listens at that moment, without storing it. For live data where only the newest counts.",
  },
};
