import { code } from "../amqp/codes.ts";
import { Disposition, stateCode } from "../amqp/disposition.ts";
import type { Session } from "./session.ts";

const empty = Buffer.alloc(0);

// Module state instead of a closure for each session or frame: frames are read one after the other.
const disposition = new Disposition();
let session: Session;
let buffer: Buffer = empty;

/** Reads a disposition and passes its outcome on to the other side of each delivery that it speaks of. */
export function passOutcomes(readingSession: Session, readBuffer: Buffer, listStart: number, end: number): void {
  disposition.read(readBuffer, listStart, end);
  session = readingSession;
  buffer = readBuffer;
  const table = disposition.fromReceiver ? session.outgoing : session.incoming;
  if (disposition.first === disposition.last) passOutcome(disposition.first);
  else table.forEachInRange(disposition.first, disposition.last, passOutcome);
  buffer = empty;
}

function passOutcome(id: number): void {
  const { fromReceiver, settled, stateStart, stateEnd } = disposition;
  const table = fromReceiver ? session.outgoing : session.incoming;
  if (!table.find(id)) return;
  const link = table.link!;
  const { peer, peerId } = table;
  const state = fromReceiver ? stateCode(buffer, stateStart, stateEnd) : 0;
  link.countOutcome(state);
  if (state === code.rejected) session.connection.watcher?.rejected(link, buffer, stateStart, stateEnd);
  if (settled) {
    table.remove(id);
    link.unsettled -= 1;
  }
  if (link.collectsOutcomes && fromReceiver && state !== 0) link.handler.outcome?.(link, peerId, state, buffer, stateStart, stateEnd);
  if (peer === null || !peer.isLive) {
    if (!settled && fromReceiver) {
      table.remove(id);
      link.unsettled -= 1;
      session.sendDisposition(false, id, true, buffer, stateStart, stateEnd);
    }
    return;
  }
  peer.countOutcome(state);
  const peerSession = peer.session;
  if (state === code.rejected && link.handler.rejection !== undefined) {
    const rejection = link.handler.rejection(link, buffer, stateStart, stateEnd);
    peerSession.connection.watcher?.refused(peer, rejection, 0, rejection.length);
    peerSession.sendDisposition(fromReceiver, peerId, settled, rejection, 0, rejection.length);
  } else {
    peerSession.sendDisposition(fromReceiver, peerId, settled, buffer, stateStart, stateEnd);
  }
  if (settled && (fromReceiver ? peerSession.incoming : peerSession.outgoing).remove(peerId)) peer.unsettled -= 1;
}
