import type { AddressLimits } from "../plans/address-limits.ts";
import { formatBytes } from "../plans/quota-sentences.ts";
import type { Phase } from "../phases.ts";
import type { AddressType } from "./address-type.ts";
import { clientFindings, type ClientTrouble, type ReceiverLinks } from "./explain-clients.ts";
import { causes, recentMinutes, type Finding } from "./explanation.ts";
import { counted, evidence, later } from "./explanation-words.ts";

/** What is known of an address when somebody asks why its messages do not flow. Times are ISO; null is not known, or never. */
export interface AddressFacts {
  readonly name: string;
  readonly type: AddressType;
  readonly phase: Phase;
  readonly reason: string | null;
  readonly createdAt: string;
  readonly limits: AddressLimits;
  /** Why its tenant lets no clients in, in words. */
  readonly closure: string | null;
  /** The part whose numbers are not known, and since when. */
  readonly lost: { readonly part: "broker" | "gateways"; readonly name: string; readonly since: string } | null;
  /** As of the last sample; null before the first one. */
  readonly numbers: AddressFigures | null;
  /** Within {@link recentMinutes}. */
  readonly recent: RecentCounts;
  /** Null while links are not known. */
  readonly receiverLinks: ReceiverLinks | null;
  /** What happened to clients within {@link recentMinutes}, the newest first. */
  readonly clients: readonly ClientTrouble[];
  /** Subscriptions of a topic, as addresses of their own. */
  readonly subscriptions: number;
}

export interface AddressFigures {
  readonly depth: number;
  readonly senders: number;
  readonly receivers: number;
  readonly deadLetters: number;
  readonly oldestAt: string | null;
  readonly inRate: number;
  readonly outRate: number;
  readonly growth: number;
  readonly noReceiversSince: string | null;
  readonly waitingSince: string | null;
}

/** Counts with the last time of each. */
export interface RecentCounts {
  readonly rejected: number;
  readonly rejectedAt: string | null;
  readonly refused: number;
  readonly refusedAt: string | null;
  readonly expired: number;
  readonly expiredAt: string | null;
  readonly deadLettered: number;
  readonly deadLetteredAt: string | null;
  readonly taken: number;
  /** Taken since the last receiver went. */
  readonly takenUnheard: number;
}

/**
 * Why messages of an address do not flow, or wait: each cause at most once, the weightiest first, none when all is well. What
 * is not known is never concluded from: while its broker or all gateways are away, nothing is said of numbers and clients.
 */
export function explainAddress(facts: AddressFacts): Finding[] {
  const found = [...setUpFindings(facts), ...lostFindings(facts)];
  if (facts.lost === null && facts.numbers !== null) {
    found.push(...messageFindings(facts, facts.numbers), ...flowFindings(facts, facts.numbers), ...clientFindings(facts, facts.numbers.receivers));
  }
  return found.sort((one, other) => causes.indexOf(one.cause) - causes.indexOf(other.cause));
}

function setUpFindings({ phase, reason, closure }: AddressFacts): Finding[] {
  const found: Finding[] = [];
  if (phase !== "Active" && reason !== null) {
    const summary = phase === "Failed" ? "It could not be set up" : phase === "Terminating" ? "Its deletion waits" : "It is not set up yet";
    const text = phase === "Failed" ? "Mend what the reason names, then let it be tried again." : "It is tried again by itself.";
    found.push({ cause: "not-set-up", summary, since: null, evidence: [evidence(reason)], step: { text, place: phase === "Failed" ? "settings" : "none" } });
  }
  if (closure !== null) {
    found.push({ cause: "tenant-closed", summary: "No client is let in, since its tenant is closed", since: null, evidence: [evidence(closure)], step: { text: "A platform-admin can open the tenant again.", place: "none" } });
  }
  return found;
}

function lostFindings({ lost, type }: AddressFacts): Finding[] {
  if (lost === null) return [];
  const isBroker = lost.part === "broker";
  const summary = isBroker ? `Its broker ${lost.name} does not answer, so messages can neither be sent nor received` : "No gateway answers, so no client can connect";
  return [{
    cause: isBroker ? "broker-down" : "gateways-down",
    summary,
    since: lost.since,
    evidence: [
      evidence("The last numbers came then; what it holds since is not known."),
      ...(isBroker && type !== "anycast" && type !== "multicast" ? [evidence("Messages that it has stored are kept, and come with it.")] : []),
    ],
    step: { text: "Who runs this installation has to start it again. Clients that reconnect go on by themselves.", place: "none" },
  }];
}

/** What happened to messages. */
function messageFindings({ limits, recent, clients }: AddressFacts, numbers: AddressFigures): Finding[] {
  const found: Finding[] = [];
  const said = clients.filter(({ kind }) => kind === "message-refused");
  // What a client was told says more.
  if (recent.refused > 0 && said.length === 0) {
    found.push({
      cause: "refused",
      summary: `${counted(recent.refused, "message was", "messages were")} refused to senders`,
      since: null,
      evidence: [evidence(`Within the last ${recentMinutes} minutes. ${limits.storedBytes === null ? "" : `It takes up to ${formatBytes(limits.storedBytes)}.`}`.trim(), recent.refusedAt)],
      step: { text: "Look at the outcome that a sender gets: try it.", place: "try" },
    });
  }
  if (recent.rejected > 0 && !clients.some(({ kind }) => kind === "message-rejected")) {
    found.push({
      cause: "rejected",
      summary: `Consumers rejected ${counted(recent.rejected, "message")}`,
      since: null,
      evidence: [evidence(`Within the last ${recentMinutes} minutes.`, recent.rejectedAt)],
      step: limits.keepsDeadLetters ? { text: "Look at the dead letters.", place: "dead-letters" } : { text: "Rejected messages are dropped: keep dead letters to see them.", place: "settings" },
    });
  }
  if (recent.deadLettered > 0) {
    found.push({
      cause: "dead-lettered",
      summary: `${counted(recent.deadLettered, "message")} became dead letters`,
      since: null,
      evidence: [
        evidence(`Within the last ${recentMinutes} minutes: rejected${limits.maxDeliveryAttempts === null || limits.maxDeliveryAttempts < 0 ? "" : `, or given back after ${counted(limits.maxDeliveryAttempts, "delivery", "deliveries")}`}.`, recent.deadLetteredAt),
        evidence(`${counted(numbers.deadLetters, "dead letter is", "dead letters are")} there now.`),
      ],
      step: { text: "Look at them, mend the consumer, then retry them.", place: "dead-letters" },
    });
  }
  if (recent.expired > 0) {
    const limit = limits.maxTimeToLiveMs ?? limits.defaultTimeToLiveMs;
    found.push({
      cause: "expired",
      summary: `${counted(recent.expired, "message")} expired before a consumer took ${recent.expired === 1 ? "it" : "them"}`,
      since: null,
      evidence: [
        evidence(`Within the last ${recentMinutes} minutes.`, recent.expiredAt),
        evidence(limit === null ? "The address sets no time to live: their senders did." : `The address keeps a message for at most ${duration(limit)}, unless its sender says less.`),
      ],
      step: { text: "Consume faster, or let messages live longer.", place: "settings" },
    });
  }
  return found;
}

/** What waits, and for whom. */
function flowFindings(facts: AddressFacts, numbers: AddressFigures): Finding[] {
  const { type, recent, subscriptions, phase, createdAt } = facts;
  const { depth, senders, receivers, outRate, noReceiversSince, waitingSince, oldestAt } = numbers;
  if (phase === "Terminating") return [];
  const found: Finding[] = [];
  const attached = evidence(`${counted(senders, "sender is", "senders are")} attached.`);
  const connect = { text: "Start a consumer: connect a program, or receive in the browser.", place: "connect" } as const;
  if (type === "anycast" || type === "multicast") {
    if (receivers === 0 && type === "anycast" && senders > 0) {
      found.push({ cause: "no-consumer", summary: `${counted(senders, "sender waits", "senders wait")}, and no consumer is attached`, since: noReceiversSince, evidence: [evidence("An anycast address stores nothing: senders get credit as soon as a consumer gives some.")], step: connect });
    }
    if (receivers === 0 && type === "multicast" && recent.takenUnheard > 0) {
      found.push({ cause: "no-subscription", summary: `Nobody listens, so ${counted(recent.takenUnheard, "message")} reached nobody`, since: noReceiversSince, evidence: [attached, evidence("A multicast address stores nothing: who is not attached misses what is sent.")], step: connect });
    }
  } else if (type === "topic" && (depth === 0 || subscriptions > 0)) {
    // What waits, waits in a subscription, which says so itself.
    if (receivers === 0 && subscriptions === 0 && recent.takenUnheard > 0) {
      found.push({ cause: "no-subscription", summary: `Nobody is subscribed, so ${counted(recent.takenUnheard, "message")} reached nobody`, since: noReceiversSince, evidence: [attached, evidence("A topic keeps messages for subscriptions only.")], step: { text: "Make a subscription, which keeps messages while its consumer is away, or attach a consumer.", place: "topic" } });
    }
  } else if (depth > 0 && receivers === 0) {
    const since = later(noReceiversSince, waitingSince);
    found.push({
      cause: "no-consumer",
      summary: `${counted(depth, "message waits", "messages wait")}, and no consumer is attached`,
      since,
      evidence: [...(oldestAt === null ? [] : [evidence("The oldest came then.", oldestAt)]), type === "subscription" ? evidence("A subscription keeps the messages of its topic meanwhile.") : attached],
      step: connect,
    });
  } else if (depth > 0 && outRate === 0) {
    found.push(...creditFindings(facts, numbers));
  } else if (depth > 0 && numbers.growth > 0 && numbers.inRate > outRate) {
    found.push({
      cause: "falling-behind",
      summary: `${counted(depth, "message waits", "messages wait")}, and more come in than ${counted(receivers, "consumer takes", "consumers take")}`,
      since: waitingSince,
      evidence: [evidence(`${rate(numbers.inRate)} in and ${rate(outRate)} out a second.`)],
      step: { text: "Attach more consumers, or make them faster.", place: "links" },
    });
  }
  // Clients are heard of before the next numbers.
  const isHeardOf = facts.clients.some(({ kind }) => kind === "message-refused" || kind === "message-rejected");
  if (found.length === 0 && depth === 0 && recent.taken === 0 && !isHeardOf && phase === "Active") {
    if (type === "subscription") {
      return [{ cause: "nothing-sent", summary: `Nothing came from its topic within the last ${recentMinutes} minutes`, since: null, evidence: [evidence("It was made then.", createdAt)], step: { text: "Look at its topic.", place: "topic" } }];
    }
    const who = senders === 0 ? "and no sender is attached" : `though ${counted(senders, "sender is", "senders are")} attached`;
    found.push({ cause: "nothing-sent", summary: `Nothing was sent within the last ${recentMinutes} minutes, ${who}`, since: null, evidence: [evidence("It was made then.", createdAt)], step: { text: "Send a message: try it in the browser.", place: "try" } });
  }
  return found;
}

function creditFindings({ receiverLinks }: AddressFacts, { depth, receivers, waitingSince, oldestAt }: AddressFigures): Finding[] {
  // Without the links nobody can tell a consumer that wants nothing from one that is about to be served.
  if (receiverLinks === null || receiverLinks.links === 0 || receiverLinks.withCredit > 0) return [];
  const held = receiverLinks.unsettled;
  const consumers = `its ${counted(receivers, "consumer", "consumers")}`;
  return [{
    cause: "no-credit",
    summary: `${counted(depth, "message waits", "messages wait")}, and ${consumers} asked for no more (no credit)`,
    since: later(waitingSince, null),
    evidence: [
      held > 0 ? evidence(`They hold ${counted(held, "message")} that they have not settled.`) : evidence("They hold no message either: they never asked, or were served and did not ask again."),
      ...receiverLinks.holders.map((holder) => evidence(`${holder} has credit 0.`)),
      ...(oldestAt === null ? [] : [evidence("The oldest message came then.", oldestAt)]),
    ],
    step: { text: held > 0 ? "Let the consumers settle what they have: accept, reject or release it." : "Let the consumers give credit: receive, or raise their prefetch.", place: "links" },
  }];
}

/** What goes on at an address where nothing is wrong, in one sentence. */
export function calmSentence({ numbers, lost, type }: Pick<AddressFacts, "numbers" | "lost" | "type">): string {
  if (lost !== null) return "What goes on is not known.";
  if (numbers === null) return "The first numbers come within seconds.";
  const { depth, senders, receivers, inRate, outRate } = numbers;
  if (inRate > 0 || outRate > 0) return `Messages flow: ${rate(inRate)} in and ${rate(outRate)} out a second${depth > 0 ? `, ${counted(depth, "waits", "wait")}` : ""}.`;
  const waiting = type === "anycast" || type === "multicast" ? "" : depth === 0 ? "Nothing waits. " : `${counted(depth, "message is", "messages are")} there, on the way to a consumer. `;
  return `${waiting}${counted(senders, "sender", "senders")} and ${counted(receivers, "consumer", "consumers")} ${senders + receivers === 1 ? "is" : "are"} attached.`;
}

function rate(perSecond: number): string {
  return perSecond.toLocaleString("en", { maximumSignificantDigits: 3 });
}

/** In the largest unit that it is whole in. */
function duration(milliseconds: number): string {
  const units = [[86_400_000, "day"], [3_600_000, "hour"], [60_000, "minute"]] as const;
  const [unitMs, name] = units.find(([each]) => milliseconds % each === 0) ?? [1_000, "second"];
  return counted(milliseconds / unitMs, name);
}
