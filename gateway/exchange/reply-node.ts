import { randomBytes } from "node:crypto";
import type { AttachFrame } from "../amqp/performatives.ts";
import type { Directory, SpaceEntry } from "../directory/directory.ts";
import type { Session } from "../engine/session.ts";
import { Anycast } from "./anycast.ts";

/** Names that no address can have, since addresses do not start with `_`, and that nobody can guess. */
const replyPrefix = "_reply.";

/** Makes a reply address for a receiver with a dynamic source. It lives in the receiver's space, as long as the receiver. */
export function attachReplyReceiver(directory: Directory, space: SpaceEntry, session: Session, attach: AttachFrame, maxMessageBytes: number): void {
  const name = replyPrefix + randomBytes(16).toString("base64url");
  const address = directory.addDynamic(space, name, session.connection, { addressType: "anycast", broker: "", brokerAddress: "", maxMessageBytes, maxConsumers: 1 });
  const node = new Anycast(address, () => directory.deleteAddress(address));
  address.node = node;
  try {
    node.attach(session, attach, address, name);
  } catch (error) {
    directory.deleteAddress(address);
    throw error;
  }
}
