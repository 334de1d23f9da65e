/** Life of an address, a space or a credential. Never `Active` before the broker or gateway has confirmed it. */
export const phases = ["Pending", "Configuring", "Active", "Failed", "Terminating"] as const;

export type Phase = (typeof phases)[number];

/** True while the provisioner still has work to do on the row, so a screen should expect a change. */
export function isInTransition(phase: Phase): boolean {
  return phase === "Pending" || phase === "Configuring" || phase === "Terminating";
}

export const addressActions = ["send-and-receive", "look-into", "subscribe", "update", "delete"] as const;
export type AddressAction = (typeof addressActions)[number];

/** What can be done to an address in which phase: the sentence is the reason shown when it cannot. */
const addressActionRefusals: Record<AddressAction, Partial<Record<Phase, string>>> = {
  "send-and-receive": {
    Pending: "The address is not set up yet. It opens by itself when it is Active.",
    Configuring: "The address is being set up. It opens by itself when it is Active.",
    Failed: "The address could not be set up; its reason is shown above.",
    Terminating: "The address is being deleted.",
  },
  "look-into": {
    Pending: "The address is not set up yet, so it holds nothing.",
    Terminating: "The address is being deleted, and its messages with it.",
  },
  subscribe: { Terminating: "The topic is being deleted, and its subscriptions with it." },
  update: { Terminating: "The address is being deleted." },
  delete: { Terminating: "The address is already being deleted." },
};

/** The reason why an action is impossible in this phase, or undefined when it is possible. */
export function refusalOf(action: AddressAction, phase: Phase): string | undefined {
  return addressActionRefusals[action][phase];
}
