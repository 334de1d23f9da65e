import type { Logger } from "pino";
import type { AddressRequests } from "../directory/address-requests.ts";
import type { Directory } from "../directory/directory.ts";
import type { ConnectionLimits } from "../engine/connection-host.ts";
import type { ClientJournal } from "../journal/client-journal.ts";
import type { Proof } from "../policy/authenticator.ts";
import type { LoginResult } from "../policy/identity.ts";
import { Penalties } from "../policy/penalties.ts";
import type { Relay } from "../relay/relay.ts";
import type { ClientConnection } from "./client-connection.ts";

export type PlainWithoutTls = "loopback" | "always" | "never";

/** What all client connections of a gateway share. */
export interface Entrance {
  readonly containerId: string;
  readonly directory: Directory;
  /** Addresses that clients wait for. */
  readonly requests: AddressRequests;
  readonly authenticator: { login(proof: Proof, source: string): Promise<LoginResult> };
  readonly relay: Relay;
  readonly limits: ConnectionLimits;
  readonly plainWithoutTls: PlainWithoutTls;
  readonly log: Logger;
  readonly connections: Set<ClientConnection>;
  readonly journal: ClientJournal;
  readonly penalties: { readonly ofLogins: Penalties; readonly ofSources: Penalties };
}

/** @param perSecond how often whoever goes on breaking the protocol is heard */
export function makePenalties(perSecond: number): Entrance["penalties"] {
  return {
    ofLogins: new Penalties({ perSecond, maxWaitMs: 1000 }),
    // Many may share an address; what they wait for one of them stays below what is felt.
    ofSources: new Penalties({ perSecond, maxWaitMs: 400 }),
  };
}

export const clientLimits: ConnectionLimits = {
  maxFrameBytes: 64 * 1024,
  channelMax: 255,
  handleMax: 4095,
  maxLinks: 4096,
  idleTimeoutMs: 30_000,
  handshakeMs: 10_000,
  closeMs: 2000,
};

/** Open, but not logged in connections at a time; more are turned away, so that slow strangers leave room. */
export const maxStrangers = 10_000;
export const maxStrangersPerSource = 6000;
