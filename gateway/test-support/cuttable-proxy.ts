import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A TCP proxy on loopback whose connections can be cut or held up, and which can refuse new ones: a peer that goes away and comes back. */
export class CuttableProxy implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** The sockets to the peer, with the one that gets what each says. */
  readonly #answers = new Map<Socket, Socket>();
  isAway = false;
  /** Takes new connections and says nothing on them. */
  isSilent = false;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** @param port on loopback to which connections are passed on */
  static async start(port: number): Promise<CuttableProxy> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const proxy = new CuttableProxy(server);
    server.on("connection", (socket: Socket) => {
      if (proxy.isAway) return socket.destroy();
      if (proxy.isSilent) {
        proxy.#sockets.add(socket);
        return socket.on("error", () => {}).on("close", () => proxy.#sockets.delete(socket));
      }
      const target = connect({ port, host: "127.0.0.1" });
      for (const one of [socket, target]) {
        proxy.#sockets.add(one);
        one.on("error", () => {}).on("close", () => proxy.#sockets.delete(one));
      }
      proxy.#answers.set(target, socket);
      target.on("close", () => proxy.#answers.delete(target));
      socket.pipe(target).pipe(socket);
      return socket;
    });
    return proxy;
  }

  /** Keeps what the peer says on the connections of now from arriving, until {@link letThrough}. */
  holdUp(): void {
    for (const target of this.#answers.keys()) target.unpipe().pause();
  }

  letThrough(): void {
    for (const [target, socket] of this.#answers) target.pipe(socket);
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }
}
