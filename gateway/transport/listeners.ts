import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { WebSocketServer } from "ws";
import type { ByteStream } from "./byte-stream.ts";
import { http, https } from "./node-http.ts";
import type { ReloadingCertificate } from "./secure-context.ts";
import { SocketStream } from "./socket-stream.ts";
import { WebSocketStream } from "./websocket-stream.ts";

const subProtocols = ["amqp", "binary", "AMQPWSB10"];
const handshakeTimeoutMs = 10_000;

export interface ListenerOptions {
  readonly host: string;
  readonly onStream: (stream: ByteStream) => void;
}

/** A listening entrance. */
export interface Listener {
  readonly port: number;
  /** Takes no more connections; those that stand are left alone. */
  close(): void;
}

function listen(server: Server | HttpServer, port: number, host: string): Promise<Listener> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, backlog: 4096 }, () => {
      server.off("error", reject);
      server.on("error", () => {});
      resolve({ port: (server.address() as AddressInfo).port, close: () => server.close() });
    });
  });
}

export function listenAmqp(port: number, { host, onStream }: ListenerOptions): Promise<Listener> {
  const server = createServer({ pauseOnConnect: true }, (socket) => onStream(SocketStream.accepted(socket, "amqp")));
  return listen(server, port, host);
}

function tlsOptions(certificate: ReloadingCertificate): TlsOptions {
  return { ...certificate.options, handshakeTimeout: handshakeTimeoutMs };
}

export function listenAmqps(port: number, certificate: ReloadingCertificate, { host, onStream }: ListenerOptions): Promise<Listener> {
  const server = createTlsServer(tlsOptions(certificate), (socket) => onStream(SocketStream.secure(socket, "amqps")));
  certificate.onChange((options) => server.setSecureContext(options));
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return listen(server, port, host);
}

/** @param origins origins of browsers that may connect; programs, which send no origin, always may */
export function listenWebSocket(port: number, certificate: ReloadingCertificate | null, origins: readonly string[], { host, onStream }: ListenerOptions): Promise<Listener> {
  const server = certificate === null ? http.createServer(answerPlainRequest) : secureServer(certificate);
  server.headersTimeout = handshakeTimeoutMs;
  server.requestTimeout = handshakeTimeoutMs;
  server.maxHeadersCount = 100;
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 4 * 1024 * 1024,
    handleProtocols: (offered) => subProtocols.find((name) => offered.has(name)) ?? false,
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request, origins);
    if (refusal !== null) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    (socket as Socket).setNoDelay(true);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      onStream(new WebSocketStream(webSocket, request.socket.remoteAddress ?? "", certificate !== null));
    });
  });
  return listen(server, port, host);
}

function secureServer(certificate: ReloadingCertificate): HttpServer {
  const server = https.createServer(tlsOptions(certificate), answerPlainRequest);
  certificate.onChange((options) => server.setSecureContext(options));
  return server;
}

function answerPlainRequest(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { "content-type": "text/plain", connection: "close", upgrade: "websocket" }).end("This port speaks AMQP 1.0 over WebSocket.\n");
}

/** HTTP status line for a handshake that is not let in, or null. */
function refusalOf(request: IncomingMessage, origins: readonly string[]): string | null {
  const { origin } = request.headers;
  if (origin !== undefined && !origins.includes(origin)) return "403 Forbidden";
  if (request.url === undefined || new URL(request.url, "http://gateway").search !== "") return "400 Bad Request";
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  return offered.some((name) => subProtocols.includes(name)) ? null : "400 Bad Request";
}
