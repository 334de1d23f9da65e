import type { AddressLimits } from "../plans/address-limits.ts";
import { formatBytes } from "../plans/quota-sentences.ts";
import type { Cause, Finding } from "./explanation.ts";
import { counted, evidence } from "./explanation-words.ts";

/** Something that happened to a client at the address, or several times the same. */
export interface ClientTrouble {
  readonly kind: "attach-refused" | "message-rejected" | "message-refused";
  /** A credential's login, or a person's e-mail address. */
  readonly login: string;
  readonly container: string;
  readonly role: "sender" | "receiver" | null;
  /** AMQP error condition; empty when there was none. */
  readonly condition: string;
  readonly text: string;
  readonly count: number;
  readonly firstAt: string;
  /** The last time. */
  readonly at: string;
}

/** Receivers at the address as gateways see them. */
export interface ReceiverLinks {
  readonly links: number;
  /** Those to which a message could be sent now. */
  readonly withCredit: number;
  /** Messages on the way, of which nobody has said what became of them. */
  readonly unsettled: number;
  /** Some of them, each named for people. */
  readonly holders: readonly string[];
}

interface ClientFacts {
  readonly limits: AddressLimits;
  readonly clients: readonly ClientTrouble[];
}

const maxEvidence = 5;
const unauthorized = "amqp:unauthorized-access";
const limitExceeded = "amqp:resource-limit-exceeded";

/** What clients were refused, and what they refused: who, why, how often. */
export function clientFindings({ limits, clients }: ClientFacts, receivers: number): Finding[] {
  const byCause = new Map<Cause, ClientTrouble[]>();
  for (const trouble of clients) byCause.set(causeOf(trouble), [...(byCause.get(causeOf(trouble)) ?? []), trouble]);
  return [...byCause].map(([cause, troubles]) => {
    const count = troubles.reduce((sum, each) => sum + each.count, 0);
    const who = new Set(troubles.map(({ login }) => login)).size;
    return {
      cause,
      ...wordsOf(cause, { count, who, troubles, limits, receivers }),
      since: troubles.map(({ firstAt }) => firstAt).sort()[0] ?? null,
      evidence: evidenceOf(cause, troubles),
    };
  });
}

function causeOf({ kind, condition, role }: ClientTrouble): Cause {
  if (kind === "message-rejected") return "rejected";
  if (kind === "message-refused") return condition === limitExceeded ? "full" : condition === "amqp:link:message-size-exceeded" ? "too-large" : "refused";
  if (condition === unauthorized) return "no-permission";
  return condition === limitExceeded && role === "receiver" ? "consumer-limit" : "attach-refused";
}

interface Words {
  readonly count: number;
  readonly who: number;
  readonly troubles: readonly ClientTrouble[];
  readonly limits: AddressLimits;
  readonly receivers: number;
}

function wordsOf(cause: Cause, { count, who, troubles, limits, receivers }: Words): Pick<Finding, "summary" | "step"> {
  const messages = counted(count, "message was", "messages were");
  const name = who === 1 ? (troubles[0]?.login ?? "") : counted(who, "login");
  switch (cause) {
    case "full": {
      const size = limits.storedBytes === null ? "" : `: it holds the ${formatBytes(limits.storedBytes)} that its plan allows`;
      return { summary: `It is full${size}, and ${messages} refused`, step: { text: "Consume or purge what waits, or choose a larger plan.", place: "messages" } };
    }
    case "too-large":
      return { summary: `${messages} refused as larger than the ${formatBytes(limits.maxMessageBytes)} that it allows`, step: { text: "Send smaller messages, or choose a plan that allows larger ones.", place: "settings" } };
    case "refused":
      return { summary: `${messages} refused to senders`, step: { text: "Mend the messages, or the sender.", place: "try" } };
    case "no-permission": {
      const verbs = new Set(troubles.map(({ role }) => (role === "receiver" ? "receive" : "send")));
      return { summary: `${name} tried to ${[...verbs].sort().join(" and ")} without the permission`, step: { text: "Give the credential the permission, or let the program use another one.", place: "credentials" } };
    }
    case "consumer-limit":
      return { summary: `Consumers were turned away: it has ${counted(receivers, "consumer")}, and ${counted(limits.maxConsumers, "is", "are")} allowed`, step: { text: "Detach a consumer, or allow more.", place: "links" } };
    case "rejected":
      return {
        summary: `${name} rejected ${counted(count, "message")}`,
        step: limits.keepsDeadLetters ? { text: "Look at the dead letters, then mend the consumer.", place: "dead-letters" } : { text: "Mend the consumer; rejected messages are dropped unless dead letters are kept.", place: "settings" },
      };
    default:
      return { summary: `${name} could not attach`, step: { text: "Mend what the error names.", place: "links" } };
  }
}

function evidenceOf(cause: Cause, troubles: readonly ClientTrouble[]): Finding["evidence"] {
  const lines = troubles.slice(0, maxEvidence).map(({ login, container, role, condition, text, count, at }) => {
    const client = container === "" || container === login ? login : `${login} (container ${container})`;
    const did = cause === "rejected" ? "rejected" : cause === "no-permission" || cause === "attach-refused" || cause === "consumer-limit" ? `refused as ${role ?? "client"}` : "refused to";
    const times = count === 1 ? "" : `, ${counted(count, "time")}`;
    const why = text === "" && condition === "" ? ", no reason given" : `: ${text === "" ? condition : text}`;
    return evidence(did === "refused to" ? `${client}${times}${why}` : `${client} ${did}${times}${why}`, at);
  });
  const more = troubles.length - lines.length;
  return more > 0 ? [...lines, evidence(`And ${counted(more, "other client event", "other client events")}.`)] : lines;
}
