import { createServer, type AddressInfo, type Socket } from "node:net";
import rhea, { type Connection, type Container, type EventContext, type Message, type Sender } from "rhea";
import { ManagementClient, type ManagementEndpoint } from "../amqp-management/management-client.ts";
import { limits } from "../limits.ts";

/** What becomes of one reply: given on, never, after `lateMs`, or twice. */
export type ReplyFate = "given" | "lost" | "doubled" | { readonly lateMs: number };

/** A management node that passes requests on to a real one, and does with each reply as a test says. */
export interface ManagementProxy extends AsyncDisposable {
  readonly port: number;
  /** Replies that were not simply given on. */
  readonly mishaps: number;
}

/** @param fate asked once for each reply, when the peer has carried the request out */
export async function startManagementProxy(peer: ManagementEndpoint, node: string, fate: () => ReplyFate): Promise<ManagementProxy> {
  const upstream = new ManagementClient({ endpoint: peer, node, peer: "the broker behind the proxy", limits: limits.management });
  upstream.start();
  const container: Container = rhea.create_container();
  container.sasl_server_mechanisms.enable_plain((username: string, password: string) => username === peer.username && password === peer.password);
  const replies = new Map<Connection, Sender>();
  const timers = new Set<NodeJS.Timeout>();
  const sockets = new Set<Socket>();
  let mishaps = 0;
  container.on("disconnected", ({ connection }: EventContext) => void replies.delete(connection));
  container.on("sender_open", ({ sender, connection }: EventContext) => {
    sender!.set_source({ address: "replies" } as Parameters<Sender["set_source"]>[0]);
    replies.set(connection, sender!);
  });
  container.on("message", async ({ message, connection }: EventContext) => {
    const reply = await upstream.request(message!.application_properties ?? {}, message!.body).catch(() => undefined);
    if (!reply) return;
    const give = (): void => {
      const sender = replies.get(connection);
      if (sender?.is_open()) sender.send({ application_properties: reply.applicationProperties, body: reply.body, correlation_id: message!.correlation_id } as unknown as Message);
    };
    const what = fate();
    if (what !== "given") mishaps++;
    if (what === "given" || what === "doubled") give();
    if (what === "doubled") give();
    if (typeof what === "object") {
      const timer = setTimeout(() => {
        timers.delete(timer);
        give();
      }, what.lateMs);
      timers.add(timer);
    }
  });
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    const connection = container.create_connection({ reconnect: false } as Parameters<Container["create_connection"]>[0]) as Connection & { accept(socket: Socket): void };
    connection.accept(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get mishaps() {
      return mishaps;
    },
    [Symbol.asyncDispose]: async () => {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await upstream.close();
    },
  };
}
