import { AmqpBoundsError } from "#contracts/amqp-bounds.ts";
import { type ArrivedMessage, FrameGuard } from "./frame-guard.ts";

interface GuardReports {
  /** A message, just before rhea is told of its delivery. */
  readonly onMessage: (deliveryId: number, message: ArrivedMessage) => void;
  /** The stream as a whole is broken; the socket is closed. */
  readonly onBroken: (reason: string) => void;
}

/**
 * A WebSocket class for `rhea.websocket_connect` that lets only guarded bytes through. rhea sets the handlers and uses
 * `binaryType`, `send`, `close` and `url`, as of the browser's own class.
 */
export function guardedWebSocket({ onMessage, onBroken }: GuardReports) {
  return class GuardedWebSocket {
    binaryType = "arraybuffer";
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: Uint8Array }) => void) | null = null;
    onclose: ((event?: unknown) => void) | null = null;
    onerror: ((event?: unknown) => void) | null = null;
    readonly #socket: WebSocket;

    constructor(url: string, protocols: string[]) {
      const guard = new FrameGuard(onMessage);
      const socket = new WebSocket(url, protocols);
      this.#socket = socket;
      socket.binaryType = "arraybuffer";
      socket.addEventListener("open", () => this.onopen?.());
      socket.addEventListener("close", () => this.onclose?.());
      socket.addEventListener("error", () => this.onerror?.());
      socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        try {
          if (!(data instanceof ArrayBuffer)) throw new AmqpBoundsError("Text came where AMQP frames were expected.");
          for (const safe of guard.push(new Uint8Array(data))) this.onmessage?.({ data: safe });
        } catch (error) {
          socket.close();
          onBroken(error instanceof AmqpBoundsError ? error.message : "A frame could not be read.");
        }
      });
    }

    get url(): string {
      return this.#socket.url;
    }

    send(data: Uint8Array<ArrayBuffer>): void {
      this.#socket.send(data);
    }

    close(): void {
      this.#socket.close();
    }
  };
}
