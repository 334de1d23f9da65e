/** Changes that come faster are shown together. */
const showEveryMs = 50;
const showAtLeastEveryMs = 500;
/** Rendering, and drawing, take at most this part of the time each: what is shown must not hold up what it shows. */
const shareOfTime = 1 / 8;

/**
 * What React reads of something that changes thousands of times a second: a snapshot made at most every 50 ms, and less often where
 * showing one takes long.
 */
export class Snapshots<T> {
  readonly #take: () => T;
  readonly #listeners = new Set<() => void>();
  #current: T;
  #nextAtMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(take: () => T) {
    this.#take = take;
    this.#current = take();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly get = (): T => this.#current;

  changed(): void {
    if (this.#timer !== undefined) return;
    const waitMs = this.#nextAtMs - performance.now();
    if (waitMs > 0) this.#timer = setTimeout(() => this.#show(), waitMs);
    else this.#show();
  }

  #show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const beganMs = performance.now();
    this.#nextAtMs = beganMs + showEveryMs;
    this.#current = this.#take();
    for (const listener of this.#listeners) listener();
    // React renders at the end of this task, before microtasks that are asked for now.
    queueMicrotask(() => this.#rest(beganMs, performance.now() - beganMs));
    if (typeof requestAnimationFrame === "undefined") return;
    // The page is laid out and painted between the frame's callback and what is posted from it.
    requestAnimationFrame(() => {
      const drawnMs = performance.now();
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener("message", () => {
        port1.close();
        this.#rest(beganMs, performance.now() - drawnMs);
      });
      port1.start();
      port2.postMessage(undefined);
    });
  }

  /** Takes account of a part of what showing took. */
  #rest(beganMs: number, tookMs: number): void {
    this.#nextAtMs = Math.max(this.#nextAtMs, beganMs + Math.min(showAtLeastEveryMs, tookMs / shareOfTime));
  }
}
