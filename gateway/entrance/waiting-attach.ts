import { Flow } from "../amqp/flow.ts";
import type { AttachFrame, ErrorFields } from "../amqp/performatives.ts";
import type { AddressRequests } from "../directory/address-requests.ts";
import type { Link, LinkHandler } from "../engine/link.ts";
import type { Session } from "../engine/session.ts";
import type { Identity } from "../policy/identity.ts";

/** What a client has told of its link's credit before the link was open; a later one replaces it, as flows do. */
class WaitingAttach implements LinkHandler {
  readonly #asked: AttachFrame;
  flowed: Flow | null = null;
  stop: () => void = () => {};

  constructor(asked: AttachFrame) {
    this.#asked = asked;
  }

  attached(): void {}
  transfer(): void {}

  flow(_link: Link, flow: Flow): void {
    this.flowed = Object.assign(new Flow(), flow, { properties: Buffer.from(flow.properties) });
  }

  detached(link: Link, closed: boolean): void {
    link.sendAttach({ ...this.#asked, source: null, target: null, unsettled: null, properties: null, offeredCapabilities: null, desiredCapabilities: [], initialDeliveryCount: 0 });
    link.answerDetach(closed, null);
  }

  lost(): void {
    this.stop();
  }

  unsettledLost(): void {}
}

/**
 * Keeps a client's attach until the address that it names has been made.
 *
 * @param attachAgain to be called when it is there, with the handle free again
 */
export function waitForAddress(
  requests: AddressRequests,
  { space, login }: Identity,
  session: Session,
  attach: AttachFrame,
  name: string,
  attachAgain: () => void,
): void {
  const handler = new WaitingAttach(attach);
  const link = session.acceptLink(attach, handler);
  const who = { login, operation: attach.isReceiver ? "recv" : "send", remoteAddress: session.connection.stream.remoteAddress } as const;
  const asked = requests.ask(space, name, who, (error) => {
    if (!link.isLive) return;
    if (error !== null) return link.refuse(attach, error);
    session.removeLink(link);
    attachAgain();
    const joined = session.linkAt(attach.handle);
    if (handler.flowed !== null && joined?.isLive) joined.handler.flow(joined, handler.flowed);
  });
  if (typeof asked === "function") handler.stop = asked;
  else link.refuse(attach, asked satisfies ErrorFields);
}
