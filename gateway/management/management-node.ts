import { randomBytes } from "node:crypto";
import { AmqpError } from "../amqp/amqp-error.ts";
import { condition } from "../amqp/codes.ts";
import { encodedState } from "../amqp/disposition.ts";
import type { Flow } from "../amqp/flow.ts";
import { type AttachFrame, terminusWith } from "../amqp/performatives.ts";
import { Transfer } from "../amqp/transfer.ts";
import type { Link, LinkHandler } from "../engine/link.ts";
import type { Session } from "../engine/session.ts";
import { readRequest, type RequestMessage, writeReply } from "./message.ts";
import type { ManagementReply } from "./reply.ts";

export const managementAddress = "$management";
const requestCredit = 500;
const maxRequestBytes = 1024 * 1024;
const maxWaitingReplies = 5000;

/** Frames of a request that is not whole yet. */
interface Gathering {
  chunks: Buffer[];
}

/** Replies that wait for the client's credit. */
interface ReplyLink {
  readonly address: string;
  readonly waiting: Buffer[];
}

const head = new Transfer();
const tagBytes = 4;

/** The node `$management` of one management connection: requests in, replies out at the address they name. */
export class ManagementNode implements LinkHandler {
  readonly #answer: (request: RequestMessage) => Promise<ManagementReply>;
  readonly #replyLinks = new Map<string, Link>();
  #tag = 0;

  constructor(answer: (request: RequestMessage) => Promise<ManagementReply>) {
    this.#answer = answer;
  }

  /** Joins a link: a sender to `$management`, or a receiver with a dynamic or any other source for its replies. */
  attach(session: Session, attach: AttachFrame): void {
    const link = session.acceptLink(attach, this);
    if (!attach.isReceiver) {
      if (attach.target?.address !== managementAddress) return link.refuse(attach, { condition: condition.notFound, description: "This listener has the node $management only." });
      link.maxMessageBytes = maxRequestBytes;
      link.attachment = { chunks: [] } satisfies Gathering;
      link.sendAttach({ ...attach, maxMessageBytes: maxRequestBytes, unsettled: null, properties: null, offeredCapabilities: null, desiredCapabilities: [] });
      link.grantCredit(requestCredit);
      return;
    }
    const asked = attach.source;
    if (asked === null) return link.refuse(attach, { condition: condition.notFound, description: "A receiver of replies needs a source." });
    const name = asked.dynamic ? `_reply.${randomBytes(12).toString("base64url")}` : (asked.address ?? "");
    link.attachment = { address: name, waiting: [] } satisfies ReplyLink;
    this.#replyLinks.set(name, link);
    // Clients that receive from $management itself name their own target as the reply address.
    if (!asked.dynamic && attach.target?.address) this.#replyLinks.set(attach.target.address, link);
    link.sendAttach({
      ...attach, source: terminusWith(asked, new Map([[0, name]])), initialDeliveryCount: 0,
      unsettled: null, properties: null, offeredCapabilities: null, desiredCapabilities: [], maxMessageBytes: 0,
    });
  }

  attached(): void {}

  transfer(link: Link, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    const gathering = link.attachment as Gathering;
    if (isFirst) gathering.chunks = [];
    gathering.chunks.push(Buffer.from(buffer.subarray(payloadStart, payloadEnd)));
    if (transfer.more && !transfer.aborted) return;
    const message = Buffer.concat(gathering.chunks);
    gathering.chunks = [];
    if (!transfer.settled && !transfer.aborted) {
      link.session.sendDisposition(true, link.incomingId, true, encodedState.accepted, 0, encodedState.accepted.length);
    }
    if (link.credit <= requestCredit / 2) link.grantCredit(requestCredit);
    if (!transfer.aborted) this.#request(link, message);
  }

  #request(link: Link, message: Buffer): void {
    let request: RequestMessage;
    try {
      request = readRequest(message);
    } catch (error) {
      if (!(error instanceof AmqpError)) throw error;
      link.close({ condition: error.condition, description: error.message });
      return;
    }
    void this.#answer(request).then((reply) => this.#send(request, reply));
  }

  #send({ replyTo, correlation }: RequestMessage, reply: ManagementReply): void {
    const link = replyTo === null ? undefined : this.#replyLinks.get(replyTo);
    if (link === undefined || !link.isLive) return;
    const properties = new Map<string, string | number>([["statusCode", reply.status], ["statusDescription", reply.description]]);
    const { waiting } = link.attachment as ReplyLink;
    if (waiting.length >= maxWaitingReplies) {
      link.close({ condition: condition.resourceLimitExceeded, description: "Too many replies wait for credit." });
      return;
    }
    waiting.push(writeReply(correlation, properties, reply.body));
    this.#deliver(link);
  }

  #deliver(link: Link): void {
    const { waiting } = link.attachment as ReplyLink;
    while (link.credit > 0 && waiting.length > 0) {
      const payload = waiting.shift()!;
      const tag = Buffer.allocUnsafe(tagBytes);
      this.#tag = (this.#tag + 1) >>> 0;
      tag.writeUInt32BE(this.#tag);
      head.tagStart = 0;
      head.tagEnd = tagBytes;
      head.messageFormat = 0;
      link.credit -= 1;
      link.deliveryCount = (link.deliveryCount + 1) >>> 0;
      link.counters.deliveries += 1;
      const source = Buffer.concat([tag, payload]);
      link.session.sendTransfer(link, link.session.takeDeliveryId(), head, true, false, source, tagBytes, source.length);
    }
  }

  flow(link: Link, flow: Flow): void {
    if (!link.isSender) return;
    link.takeCredit(flow);
    this.#deliver(link);
    if (!flow.drain) return;
    link.deliveryCount = (link.deliveryCount + link.credit) >>> 0;
    link.credit = 0;
    link.session.sendFlow(link, link.deliveryCount, 0, 0, true, false);
  }

  detached(link: Link, closed: boolean): void {
    link.answerDetach(closed, null);
  }

  lost(link: Link): void {
    for (const [name, owner] of this.#replyLinks) if (owner === link) this.#replyLinks.delete(name);
  }

  unsettledLost(): void {}
}
