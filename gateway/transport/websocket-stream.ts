import type { WebSocket } from "ws";
import { type ByteStream, type ByteStreamListener, isLoopbackAddress } from "./byte-stream.ts";

/** A WebSocket with binary messages as a {@link ByteStream}; message borders mean nothing to AMQP. */
export class WebSocketStream implements ByteStream {
  readonly remoteAddress: string;
  readonly isLoopback: boolean;
  readonly isEncrypted: boolean;
  readonly scheme: string;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket, remoteAddress: string, isEncrypted: boolean) {
    this.#socket = socket;
    this.remoteAddress = remoteAddress;
    this.isLoopback = isLoopbackAddress(remoteAddress);
    this.isEncrypted = isEncrypted;
    this.scheme = isEncrypted ? "wss" : "ws";
  }

  start(listener: ByteStreamListener): void {
    let reason = "The peer ended the connection.";
    this.#socket.on("message", (data: Buffer, isBinary: boolean) => {
      if (isBinary) listener.onData(data, data.length);
      else this.#socket.close(1003, "AMQP comes in binary messages.");
    });
    this.#socket.on("error", (error) => {
      reason = error.message;
    });
    this.#socket.once("close", () => listener.onClose(reason));
  }

  write(chunks: readonly Buffer[], done: () => void): void {
    const last = chunks.length - 1;
    for (let index = 0; index < last; index += 1) this.#socket.send(chunks[index]!, ignore);
    this.#socket.send(chunks[last]!, done);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.close(1000);
  }

  destroy(): void {
    this.#socket.terminate();
  }
}

function ignore(): void {}
