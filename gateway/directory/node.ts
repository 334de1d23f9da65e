import type { AttachFrame } from "../amqp/performatives.ts";
import type { Session } from "../engine/session.ts";
import type { AddressEntry } from "./directory.ts";

/**
 * What the links of an address are joined to: the exchange in this process, a broker, or a router mesh. A node takes over a
 * client's attach: it makes the link with itself (or a part of itself) as its handler, answers it and sees to it until it is gone.
 */
export interface AddressNode {
  /**
   * @param attach as the client sent it, so that the answer can carry the client's own names
   * @param address the address asked for, as found in the client's space
   */
  attach(session: Session, attach: AttachFrame, address: AddressEntry): void;
}
