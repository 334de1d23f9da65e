/** Changes that come faster are shown together. */
const showEveryMs = 50;

/** What React reads of something that changes thousands of times a second: a snapshot made at most every 50 ms. */
export class Snapshots<T> {
  readonly #take: () => T;
  readonly #listeners = new Set<() => void>();
  #current: T;
  #shownAtMs = 0;
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
    const waitMs = this.#shownAtMs + showEveryMs - performance.now();
    if (waitMs > 0) this.#timer = setTimeout(() => this.#show(), waitMs);
    else this.#show();
  }

  #show(): void {
    this.#timer = undefined;
    this.#shownAtMs = performance.now();
    this.#current = this.#take();
    for (const listener of this.#listeners) listener();
  }
}
