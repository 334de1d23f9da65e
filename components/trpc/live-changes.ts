import type { SpaceScope } from "#contracts/addresses/address.ts";
import { trpcClient, type Outputs } from "./client.ts";

type WatchOutput = Outputs["changes"]["watch"];
/** One change as it arrives over the wire. */
export type LiveChange = WatchOutput extends AsyncIterable<infer T> ? T : never;
export type StreamStatus = "connecting" | "open" | "down";

const firstRetryMs = 1_000;
const lastRetryMs = 30_000;
/** A tab that nobody looks at gives its stream back after this time: browsers allow about six per host. */
const hiddenCloseMs = 60_000;

/**
 * Keeps one `changes.watch` stream of a space open for as long as it is wanted: opens it again with a growing delay after
 * any end, rests while the tab is hidden, and says how it is doing. Its first message is always `resync`.
 */
export class LiveChanges {
  readonly #scope: SpaceScope;
  readonly #onChange: (change: LiveChange) => void;
  readonly #onStatus: (status: StreamStatus) => void;
  #subscription: { unsubscribe: () => void } | undefined;
  #retryMs = firstRetryMs;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #hiddenTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(scope: SpaceScope, onChange: (change: LiveChange) => void, onStatus: (status: StreamStatus) => void) {
    this.#scope = scope;
    this.#onChange = onChange;
    this.#onStatus = onStatus;
  }

  start(): void {
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#open();
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.#close();
  }

  readonly #onVisibility = (): void => {
    clearTimeout(this.#hiddenTimer);
    if (document.hidden) this.#hiddenTimer = setTimeout(() => this.#close(), hiddenCloseMs);
    else if (this.#subscription === undefined) this.#open();
  };

  #open(): void {
    clearTimeout(this.#retryTimer);
    this.#subscription = trpcClient.changes.watch.subscribe(this.#scope, {
      onStarted: () => {
        this.#retryMs = firstRetryMs;
        this.#onStatus("open");
      },
      onData: (change) => this.#onChange(change as LiveChange),
      onConnectionStateChange: ({ state }) => {
        if (state === "connecting") this.#onStatus("connecting");
      },
      onError: () => this.#ended(),
      onComplete: () => this.#ended(),
    });
  }

  #ended(): void {
    if (this.#subscription === undefined) return;
    this.#close();
    this.#onStatus("down");
    this.#retryTimer = setTimeout(() => this.#open(), this.#retryMs * (0.75 + Math.random() / 2));
    this.#retryMs = Math.min(this.#retryMs * 2, lastRetryMs);
  }

  #close(): void {
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#hiddenTimer);
    const subscription = this.#subscription;
    this.#subscription = undefined;
    subscription?.unsubscribe();
  }
}
