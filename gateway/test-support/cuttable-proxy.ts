import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A TCP proxy on loopback whose connections can be cut, and which can refuse new ones: a peer that goes away and comes back. */
export class CuttableProxy implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  isAway = false;

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
      const target = connect({ port, host: "127.0.0.1" });
      for (const one of [socket, target]) {
        proxy.#sockets.add(one);
        one.on("error", () => {}).on("close", () => proxy.#sockets.delete(one));
      }
      socket.pipe(target).pipe(socket);
      return socket;
    });
    return proxy;
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
