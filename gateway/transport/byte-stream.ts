/** A connection's bytes, over TCP, TLS or WebSocket alike. */
export interface ByteStream {
  readonly remoteAddress: string;
  readonly isLoopback: boolean;
  readonly isEncrypted: boolean;
  /** What a person would call it, for the connection list: `amqp`, `amqps`, `ws` or `wss`. */
  readonly scheme: string;
  /** Sets who is told; before that nothing is read. */
  start(listener: ByteStreamListener): void;
  /** Writes all chunks in order; `done` is called once, when they are the kernel's and may be reused. Never throws. */
  write(chunks: readonly Buffer[], done: () => void): void;
  pause(): void;
  resume(): void;
  /** Ends after what was written. */
  end(): void;
  /** Ends at once. */
  destroy(): void;
}

export interface ByteStreamListener {
  /** True while little is to be read at a time, where the transport can tell; asked for after each {@link onData}. */
  readonly readsLittle: boolean;
  /** The first `bytes` of the chunk were read; it is only good during the call. */
  onData(chunk: Buffer, bytes: number): void;
  /** Called once. `reason` is for the log. */
  onClose(reason: string): void;
}

const loopback = /^(?:127\.|::1$|::ffff:127\.)/;

export function isLoopbackAddress(address: string): boolean {
  return loopback.test(address);
}
