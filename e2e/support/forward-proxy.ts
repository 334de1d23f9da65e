import { once } from "node:events";
import { createServer, request as sendRequest } from "node:http";
import { connect, type Socket } from "node:net";

/** An HTTP proxy (RFC 9110, section 9.3.6: CONNECT; RFC 9112, section 3.2.2: absolute form) on the loopback interface. */
export interface ForwardProxy extends AsyncDisposable {
  readonly port: number;
}

/**
 * Starts a proxy to one server of this machine. A process with `NODE_USE_ENV_PROXY` and `HTTP_PROXY` reaches Keycloak through it
 * under Keycloak's own name, which tokens and cookies carry, so that a test can take Keycloak away from that process alone.
 * @param authority the only target that is connected to, for example `localhost:28180`
 */
export async function startForwardProxy(authority: string): Promise<ForwardProxy> {
  const { hostname, port } = new URL(`http://${authority}`);
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    if (!request.url?.startsWith(`http://${authority}/`)) return response.writeHead(403).end();
    const onward = sendRequest(request.url, { method: request.method, headers: request.headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("connect", (request, client: Socket, head: Buffer) => {
    if (request.url !== authority) return client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    const upstream = connect({ host: hostname, port: Number(port) }, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on("error", end).on("close", end);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
