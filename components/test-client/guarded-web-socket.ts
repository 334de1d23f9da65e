import { AmqpBoundsError } from "#contracts/amqp-bounds.ts";
import { type ArrivedMessage, FrameGuard, joined } from "./frame-guard.ts";

interface GuardReports {
  /** A message, just before rhea is told of its delivery. */
  readonly onMessage: (deliveryId: number, message: ArrivedMessage) => void;
  /** The stream as a whole is broken; the socket is closed. */
  readonly onBroken: (reason: string) => void;
}

/** rhea is given so many frames at once: each time costs it more than a frame does. */
const framesAtOnce = 32;
/** After so long the page has its turn; what has come waits. Its sender's credit bounds how much that is. */
const turnMs = 8;
const sentAtOnceBytes = 64 * 1024;

/**
 * A WebSocket class for `rhea.websocket_connect` that lets only guarded bytes through, in turns between which the page can do other
 * things. rhea sets the handlers and uses `binaryType`, `send`, `close` and `url`, as of the browser's own class.
 */
export function guardedWebSocket({ onMessage, onBroken }: GuardReports) {
  return class GuardedWebSocket {
    binaryType = "arraybuffer";
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: Uint8Array }) => void) | null = null;
    onclose: ((event?: unknown) => void) | null = null;
    onerror: ((event?: unknown) => void) | null = null;
    readonly #socket: WebSocket;
    readonly #guard = new FrameGuard(onMessage);
    /** What has come and is not passed on yet. */
    readonly #waiting: (ArrayBuffer | "closed" | "error")[] = [];
    #unsent: Uint8Array<ArrayBuffer>[] = [];
    #unsentBytes = 0;
    #frames: Generator<Uint8Array, void> | undefined;
    #isScheduled = false;

    constructor(url: string, protocols: string[]) {
      const socket = new WebSocket(url, protocols);
      this.#socket = socket;
      socket.binaryType = "arraybuffer";
      const take = (what: ArrayBuffer | "closed" | "error") => {
        this.#waiting.push(what);
        if (!this.#isScheduled) this.#takeTurn();
      };
      socket.addEventListener("open", () => this.onopen?.());
      socket.addEventListener("close", () => take("closed"));
      socket.addEventListener("error", () => take("error"));
      socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        if (data instanceof ArrayBuffer) return take(data);
        socket.close();
        return onBroken("Text came where AMQP frames were expected.");
      });
    }

    get url(): string {
      return this.#socket.url;
    }

    /** rhea writes frame by frame; a message of the socket costs more than a frame, so those of one task go together. */
    send(data: Uint8Array<ArrayBuffer>): void {
      if (this.#unsent.length === 0) queueMicrotask(() => this.#flush());
      this.#unsent.push(data);
      this.#unsentBytes += data.length;
      if (this.#unsentBytes >= sentAtOnceBytes) this.#flush();
    }

    close(): void {
      this.#flush();
      this.#socket.close();
    }

    #flush(): void {
      const unsent = this.#unsent;
      this.#unsent = [];
      this.#unsentBytes = 0;
      if (unsent.length > 0 && this.#socket.readyState === WebSocket.OPEN) this.#socket.send(joined(unsent));
    }

    /** Passes on what has come, for a while; the rest after others had their turn. */
    #takeTurn(): void {
      this.#isScheduled = false;
      const beganMs = performance.now();
      try {
        while (this.#passSome()) {
          if (performance.now() - beganMs < turnMs) continue;
          this.#isScheduled = true;
          setTimeout(() => this.#takeTurn(), 0);
          return;
        }
      } catch (error) {
        this.#waiting.length = 0;
        this.#frames = undefined;
        this.#socket.close();
        onBroken(error instanceof AmqpBoundsError ? error.message : "A frame could not be read.");
      }
    }

    /** @returns whether there may be more */
    #passSome(): boolean {
      if (this.#frames === undefined) {
        const next = this.#waiting.shift();
        if (next === "closed") this.onclose?.();
        else if (next === "error") this.onerror?.();
        else if (next !== undefined) this.#frames = this.#guard.push(new Uint8Array(next));
        return next !== undefined;
      }
      const safe: Uint8Array[] = [];
      while (safe.length < framesAtOnce) {
        const { value, done } = this.#frames.next();
        if (done === true) {
          this.#frames = undefined;
          break;
        }
        safe.push(value);
      }
      if (safe.length > 0) this.onmessage?.({ data: joined(safe) });
      return true;
    }
  };
}
