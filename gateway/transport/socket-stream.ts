import type { Socket } from "node:net";
import { type ByteStream, type ByteStreamListener, isLoopbackAddress } from "./byte-stream.ts";

/** A TCP or TLS socket as a {@link ByteStream}. */
export class SocketStream implements ByteStream {
  readonly remoteAddress: string;
  readonly isLoopback: boolean;
  readonly isEncrypted: boolean;
  readonly scheme: string;
  readonly #socket: Socket;

  constructor(socket: Socket, scheme: string, isEncrypted: boolean) {
    this.#socket = socket;
    this.scheme = scheme;
    this.isEncrypted = isEncrypted;
    this.remoteAddress = socket.remoteAddress ?? "";
    this.isLoopback = isLoopbackAddress(this.remoteAddress);
    socket.setNoDelay(true);
  }

  start(listener: ByteStreamListener): void {
    let reason = "The peer ended the connection.";
    this.#socket.on("data", (chunk: Buffer) => listener.onData(chunk));
    this.#socket.on("error", (error) => {
      reason = error.message;
    });
    this.#socket.on("end", () => this.#socket.end());
    this.#socket.once("close", () => listener.onClose(reason));
  }

  write(chunks: readonly Buffer[], done: () => void): void {
    const last = chunks.length - 1;
    if (last === 0) {
      this.#socket.write(chunks[0]!, done);
      return;
    }
    this.#socket.cork();
    for (let index = 0; index < last; index += 1) this.#socket.write(chunks[index]!);
    this.#socket.write(chunks[last]!, done);
    this.#socket.uncork();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
