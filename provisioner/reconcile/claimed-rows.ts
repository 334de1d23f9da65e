import type { AddressType } from "#contracts/addresses/address-type.ts";
import type { AddressLimits } from "#contracts/plans/address-limits.ts";
import type { MessagingPermission } from "#contracts/credentials/credential.ts";
import type { Phase } from "#contracts/phases.ts";
import type { AddressClass } from "../drivers/broker-driver.ts";

/** The three tables whose rows are reconciled. */
export const nouns = ["address_space", "address", "credential"] as const;
export type Noun = (typeof nouns)[number];

export function isNoun(table: string): table is Noun {
  return (nouns as readonly string[]).includes(table);
}

/** Right to work on one row; void when somebody else has claimed it since (their epoch is higher). */
export interface Claim {
  readonly id: string;
  readonly epoch: string;
  /** The generation that this claim makes real. */
  readonly generation: number;
  readonly phase: Phase;
  /** Tries in a row that have failed before this one. */
  readonly attempts: number;
  /** When it became due, as it was at the claim: another time in the row means that somebody has asked for a try since. */
  readonly dueAt: Date;
  /** Of a topic or a subscription: the topic. What waits for the other is woken when this one is done. */
  readonly family?: { readonly member: "topic" | "subscription"; readonly topicId: string };
}

/** What a space, address or credential is, apart from any claim. */
interface Identified {
  readonly id: string;
  readonly generation: number;
  readonly createdAtMs: number;
  /** `<tenant>.<space>` */
  readonly space: string;
}

export interface DesiredSpace extends Identified {
  readonly maxConnections: number;
  /** Its tenant is suspended or about to be deleted. */
  readonly isClosed: boolean;
  /** Names of addresses that are made when a program asks for them. */
  readonly autoCreatePatterns: readonly string[];
}

export interface DesiredAddress extends Identified {
  readonly name: string;
  readonly type: AddressType;
  readonly broker: string | null;
  /** As in StoredAddress; direct types, which no broker has, have one too. */
  readonly brokerAddress: string;
  /** The class in its broker address, which stays when the plan changes. */
  readonly addressClass: AddressClass;
  /** What holds for it: its plan's limits, narrowed by its options. */
  readonly limits: AddressLimits;
  /** Of a subscription: its topic. */
  readonly topic: { readonly name: string; readonly isActive: boolean } | null;
  /** As in StoredAddress. */
  readonly ownLimits?: AddressLimits | null;
}

export interface DesiredCredential extends Identified {
  readonly login: string;
  readonly permissions: readonly MessagingPermission[];
  /** The secret that a rotation replaced (SHA-256 in base64) while it is still taken, and the end of that in ms since the epoch. */
  readonly previousSecret: { readonly hash: string; readonly untilMs: number } | null;
}

export interface ClaimedSpace extends DesiredSpace, Claim {}
export interface ClaimedAddress extends DesiredAddress, Claim {
  /** Whether the gateways know its space. */
  readonly spaceIsSetUp: boolean;
  /** Its deletion does not wait for its broker. */
  readonly isForced: boolean;
  /** Subscriptions of it that are still there. */
  readonly hasSubscriptions: boolean;
  /** Its deletion is called off when messages have come meanwhile. */
  readonly onlyIfEmpty: boolean;
}
export interface ClaimedCredential extends DesiredCredential, Claim {
  readonly spaceIsSetUp: boolean;
  readonly sealedSecret: Buffer | null;
}
