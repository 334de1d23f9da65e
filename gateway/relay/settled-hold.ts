import type { AmqpConnection } from "../engine/connection.ts";

/** A full address may give no credit for as long as it likes. */
const longestHoldMs = 2000;

/**
 * Holds a client back while messages of its that it has settled as it sent them wait for a broker. Its next frame may be its last,
 * and nobody but the gateway knows of these messages then.
 */
export class SettledHold {
  #connection: AmqpConnection | null = null;
  #timer: NodeJS.Timeout | null = null;
  #waiting = 0;

  /** One more waits. */
  add(connection: AmqpConnection): void {
    this.#waiting += 1;
    if (this.#waiting > 1 || this.#connection !== null) return;
    this.#connection = connection;
    connection.suspendFrames();
    this.#timer = setTimeout(this.#release, longestHoldMs).unref();
  }

  /** One of them waits no longer; what follows it is read when it has been sent on. */
  remove(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) queueMicrotask(this.#releaseIfDone);
  }

  readonly #releaseIfDone = (): void => {
    if (this.#waiting === 0) this.#release();
  };

  readonly #release = (): void => {
    const connection = this.#connection;
    if (connection === null) return;
    this.#connection = null;
    clearTimeout(this.#timer!);
    if (connection.state !== "gone") connection.resumeFrames();
  };
}
