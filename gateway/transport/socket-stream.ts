import { type OnReadOpts, Socket } from "node:net";
import { type ByteStream, type ByteStreamListener, isLoopbackAddress } from "./byte-stream.ts";

/**
 * What plain sockets read into, all of them: a chunk is only good while it is handed on, so one buffer is enough. A buffer for
 * each read, as streams make it, cost half of the gateway's processor time in garbage collection.
 */
const readBuffer = Buffer.allocUnsafeSlow(256 * 1024);
/** Its beginning, for those that read little at a time: the kernel's copying, too, is what others wait for. */
const shortReadBuffer = readBuffer.subarray(0, 32 * 1024);

/** Where Node keeps a socket's connection; not part of its documentation, so the pinned Node is what we rely on. */
const handleProperty = "_handle";

/** A TCP or TLS socket as a {@link ByteStream}. */
export class SocketStream implements ByteStream {
  readonly remoteAddress: string;
  readonly isLoopback: boolean;
  readonly isEncrypted: boolean;
  readonly scheme: string;
  readonly #socket: Socket;
  readonly #read: SharedRead | null;

  private constructor(socket: Socket, read: SharedRead | null, scheme: string) {
    this.#socket = socket;
    this.#read = read;
    this.scheme = scheme;
    this.isEncrypted = read === null;
    this.remoteAddress = socket.remoteAddress ?? "";
    this.isLoopback = isLoopbackAddress(this.remoteAddress);
    socket.setNoDelay(true);
    if (read !== null) read.socket = socket;
  }

  /** @param open makes a plain socket with these options and connects it */
  static connecting(open: (onread: OnReadOpts) => Socket, scheme: string): SocketStream {
    const read = new SharedRead();
    return new SocketStream(open(read), read, scheme);
  }

  /**
   * Takes over a plain socket that a server with `pauseOnConnect` has accepted. A server has no way to say what its sockets read
   * into, so the connection goes on in a socket of ours, as Node itself makes one, and the accepted one is let go of.
   */
  static accepted(socket: Socket, scheme: string): SocketStream {
    const read = new SharedRead();
    const options = { handle: Reflect.get(socket, handleProperty), onread: read };
    const adopted = new Socket(options as ConstructorParameters<typeof Socket>[0]);
    Reflect.set(socket, handleProperty, null);
    socket.destroy();
    return new SocketStream(adopted, read, scheme);
  }

  static secure(socket: Socket, scheme: string): SocketStream {
    return new SocketStream(socket, null, scheme);
  }

  start(listener: ByteStreamListener): void {
    let reason = "The peer ended the connection.";
    if (this.#read === null) this.#socket.on("data", (chunk: Buffer) => listener.onData(chunk, chunk.length));
    else this.#read.listener = listener;
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
    if (this.#read !== null) this.#read.isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (this.#read !== null) this.#read.isPaused = false;
    this.#socket.resume();
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/**
 * How a plain socket reads: into {@link readBuffer}, and straight to the listener. One that has filled the buffer has its next turn
 * after all others: left alone, it would be read 32 times over, 8 MiB, before anybody else is.
 */
class SharedRead implements OnReadOpts {
  /** Set as soon as the socket is there. */
  socket: Socket | null = null;
  listener: ByteStreamListener | null = null;
  isPaused = false;
  #buffer = readBuffer;
  /** Asked for after each read. */
  readonly buffer = (): Buffer => {
    this.#buffer = this.listener?.readsLittle ? shortReadBuffer : readBuffer;
    return this.#buffer;
  };
  readonly callback = (bytes: number): boolean => {
    this.listener?.onData(this.#buffer, bytes);
    if (bytes < this.#buffer.length) return true;
    setImmediate(this.#goOn);
    return false;
  };

  readonly #goOn = (): void => {
    if (!this.isPaused && this.socket?.destroyed === false) this.socket.resume();
  };
}
