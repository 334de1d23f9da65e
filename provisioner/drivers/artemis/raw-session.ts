import type { Socket } from "node:net";
import rhea, { type ConnectionOptions, type EventContext, type Session } from "rhea";
import { tellOutcomesAsGiven } from "#contracts/outcomes-as-given.ts";
import { openSocket } from "../../amqp-management/open-socket.ts";
import type { NamedEndpoint } from "../../env.ts";
import type { Limits } from "../../limits.ts";
import { PartAwayError } from "../../part-away-error.ts";
import type { WorkWindow } from "../../work-window.ts";

/** Any format but 0: rhea then hands a message over as the bytes that came. */
const undecoded = 1;

interface TransferSession extends Session {
  begin(): void;
  on_transfer(frame: { performative: { message_format?: number } }): void;
}

/**
 * Runs `work` with a session on a connection of its own, in which messages arrive as bytes: strangers have written them, and
 * rhea's decoder believes whatever they claim. Frames around them are the broker's own. The connection is closed at the end,
 * which gives back what was not settled.
 * @throws PartAwayError when the broker does not answer, ends the connection or a link, or the window ends
 */
export async function withRawSession<T>(
  { endpoint, peer, limits }: { endpoint: NamedEndpoint; peer: string; limits: Limits["management"] },
  window: WorkWindow,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  let socket: Socket | undefined;
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  const lost = (why: string) => fail(new PartAwayError(peer, why));
  const onAbort = () => fail(new PartAwayError(peer, "was not waited for any longer", "time-out"));
  if (window.signal.aborted || performance.now() > window.notAfterMs) onAbort();
  window.signal.addEventListener("abort", onAbort, { once: true });
  const { host, port, username, password } = endpoint;
  const connection = rhea.create_container().create_connection({
    username,
    password,
    host,
    port,
    reconnect: false,
    idle_time_out: limits.idleMs,
    max_frame_size: 1_048_576,
    connection_details: () => ({
      host,
      port,
      connect: (_port: number, _host: string, _options: unknown, connected: () => void) => {
        socket = openSocket(endpoint, () => {
          socket?.setTimeout(0);
          connected();
        });
        socket.setTimeout(limits.connectMs);
        socket.on("timeout", () => socket?.destroy());
        socket.on("close", () => lost("closed the connection"));
        return socket;
      },
    }),
  } as unknown as ConnectionOptions);
  for (const event of ["connection_error", "session_error", "sender_error", "receiver_error"]) {
    connection.on(event, ({ connection: { error: ofConnection }, session, sender, receiver }: EventContext) => {
      const { description, condition } = (sender?.error ?? receiver?.error ?? session?.error ?? ofConnection ?? {}) as { description?: string; condition?: string };
      lost(`refused it (${description ?? condition ?? "no reason given"})`);
    });
  }
  for (const event of ["connection_close", "session_close", "sender_close", "receiver_close"]) connection.on(event, () => lost("closed the connection"));
  for (const event of ["disconnected", "error", "protocol_error"]) connection.on(event, () => lost("does not answer"));
  try {
    connection.connect();
    const session = connection.create_session() as TransferSession;
    const onTransfer = session.on_transfer.bind(session);
    session.on_transfer = (frame) => {
      frame.performative.message_format = undecoded;
      onTransfer(frame);
    };
    tellOutcomesAsGiven(session);
    session.begin();
    return await Promise.race([failed, work(session)]);
  } finally {
    window.signal.removeEventListener("abort", onAbort);
    await closed(connection, socket, limits.closeMs);
  }
}

/** Closes politely, so that the broker has read everything before, and by force when that takes too long. */
async function closed(connection: { is_open(): boolean; close(): void }, socket: Socket | undefined, forceMs: number): Promise<void> {
  if (socket === undefined || socket.destroyed) return;
  const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const force = setTimeout(() => socket.destroy(), forceMs);
  if (connection.is_open()) connection.close();
  else socket.destroy();
  await gone;
  clearTimeout(force);
}
