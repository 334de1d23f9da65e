import { connect, createServer, type Server, type Socket } from "node:net";

/** A TCP proxy between the provisioner and a real part, to take the part away and give it back. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Ends all connections and refuses new ones, as when the part's process is gone. */
  cut(): Promise<void>;
  /** Lets connections through again. */
  restore(): Promise<void>;
  /** Keeps connections open and passes nothing on, as when the part hangs; `false` lets all flow again. */
  hold(held: boolean): void;
  /** Ends all connections once so many more bytes of clients have gone through, in the middle of whatever it is. New ones are let through. */
  cutAfter(bytes: number): void;
}

export async function startTcpProxy(host: string, port: number): Promise<TcpProxy> {
  const pairs = new Set<[Socket, Socket]>();
  let held = false;
  let left = Number.POSITIVE_INFINITY;
  const endAll = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  const accept = (client: Socket) => {
    const upstream = connect({ host, port, noDelay: true });
    client.setNoDelay(true);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) socket.on("error", end).on("close", end);
    client.on("data", (bytes) => {
      upstream.write(bytes.length > left ? bytes.subarray(0, left) : bytes);
      left -= bytes.length;
      if (left > 0) return;
      left = Number.POSITIVE_INFINITY;
      endAll();
    });
    upstream.on("data", (bytes) => client.write(bytes));
    if (held) for (const socket of pair) socket.pause();
  };
  let server = await listen(0, accept);
  const address = server.address();
  const ownPort = typeof address === "object" && address ? address.port : 0;
  const cut = async () => {
    endAll();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return {
    port: ownPort,
    cut,
    restore: async () => {
      if (!server.listening) server = await listen(ownPort, accept);
    },
    hold: (isHeld) => {
      held = isHeld;
      for (const pair of pairs) for (const socket of pair) if (isHeld) socket.pause(); else socket.resume();
    },
    cutAfter: (bytes) => {
      left = bytes;
    },
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await cut();
    },
  };
}

function listen(port: number, accept: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(accept);
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
