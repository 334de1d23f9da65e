import type { AddressOptions } from "#contracts/addresses/address-options.ts";
import type { AddressPlan, QuotaMeter } from "#contracts/plans/plan.ts";
import { formatBytes } from "#contracts/plans/quota-sentences.ts";
import { counted, formatDuration, formatExact } from "#components/feedback/format.ts";

/** One limit of a plan: its name and its value in units that people use. */
export interface LimitWords {
  readonly label: string;
  readonly value: string;
}

/** What becomes of messages when an address is full. */
export const whenFullWords: Record<NonNullable<AddressPlan["whenFull"]>, string> = {
  reject: "new messages are refused",
  page: "messages are moved to disk",
  "drop-oldest": "the oldest messages are dropped",
};

/** The limits of a plan that mean something for its type, in a fixed order. */
export function limitsOf(plan: AddressPlan): LimitWords[] {
  const limits: LimitWords[] = [];
  if (plan.storedBytes !== null) limits.push({ label: "Stored messages", value: `up to ${formatBytes(plan.storedBytes)}` });
  // A subscription takes what its topic took.
  if (plan.type !== "subscription") limits.push({ label: "One message", value: `up to ${formatBytes(plan.maxMessageBytes)}` });
  limits.push({ label: "Consumers", value: `up to ${formatExact(plan.maxConsumers)}` });
  if (plan.defaultTimeToLiveMs !== null) limits.push({ label: "Kept, if the sender says nothing", value: formatDuration(plan.defaultTimeToLiveMs) });
  if (plan.maxTimeToLiveMs !== null) limits.push({ label: "Kept at most", value: formatDuration(plan.maxTimeToLiveMs) });
  if (plan.maxDeliveryAttempts !== null) limits.push({ label: "Delivery attempts", value: counted(plan.maxDeliveryAttempts, "attempt") });
  if (plan.whenFull !== null) limits.push({ label: "When full", value: whenFullWords[plan.whenFull] });
  return limits;
}

/** Labels of {@link limitsOf} that an address says for itself. */
export function ownLabels(options: AddressOptions): string[] {
  const labels: Partial<Record<keyof AddressOptions, string>> = { timeToLiveMs: "Kept at most", deliveryAttempts: "Delivery attempts", consumers: "Consumers" };
  return Object.entries(labels).flatMap(([key, label]) => (options[key as keyof AddressOptions] === null ? [] : [label]));
}

/** What happens to a message, told as sentences. */
export function storyOf(plan: AddressPlan & { readonly keepsDeadLetters?: boolean }): string[] {
  if (plan.type === "subscription") {
    return [
      "Every message that is sent to its topic waits here until one consumer has taken and accepted it, also while nobody is connected.",
      "Its consumers share the messages; other subscriptions of the topic get their own.",
      "Its topic says how much is kept, for how long, and how often a message is tried before it becomes a dead letter of this subscription.",
    ];
  }
  if (plan.storedBytes === null) {
    return plan.type === "anycast"
      ? [
          "A message goes straight to one waiting consumer, and the sender learns how that consumer settled it.",
          "While nobody can take a message, the sender gets no credit and waits. Nothing is stored.",
        ]
      : [
          "A message goes straight to everybody who listens at that moment. Nothing is stored.",
          "A consumer that is too slow loses messages; it never holds up the others.",
        ];
  }
  const story = [
    plan.type === "queue"
      ? "A message waits until one consumer has taken and accepted it."
      : "Each subscription and each subscriber gets its own copy. Subscriptions keep it while nobody is connected; without any the message is not kept.",
  ];
  if (plan.maxDeliveryAttempts !== null) {
    story.push(`A message that is not accepted in ${counted(plan.maxDeliveryAttempts, "attempt")} ${plan.keepsDeadLetters === false ? "is dropped" : "becomes a dead letter and is kept apart"}.`);
  }
  if (plan.maxTimeToLiveMs !== null) story.push(`A message that nobody took within ${formatDuration(plan.maxTimeToLiveMs)} expires and is dropped.`);
  if (plan.whenFull !== null) story.push(`When ${formatBytes(plan.storedBytes)} are waiting, ${whenFullWords[plan.whenFull]}.`);
  return story;
}

const meterLabels: Record<QuotaMeter["name"], string> = {
  addresses: "Addresses",
  storedBytes: "Stored bytes",
  connections: "Connections",
  credentials: "Credentials",
};

export function meterLabel(name: QuotaMeter["name"]): string {
  return meterLabels[name];
}

/** A value of a meter with its unit: `12`, `1.5 GiB`. */
export function meterValue(name: QuotaMeter["name"], value: number): string {
  return name === "storedBytes" ? formatBytes(value) : formatExact(value);
}
