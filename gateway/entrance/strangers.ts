import type { ByteStream } from "../transport/byte-stream.ts";
import { ClientConnection } from "./client-connection.ts";
import { type Entrance, maxStrangers } from "./entrance.ts";

/** Lets new connections in, and turns them away while too many others have not logged in yet. */
export class Strangers {
  readonly #entrance: Entrance;
  #countedAtMs = 0;
  #count = 0;

  constructor(entrance: Entrance) {
    this.#entrance = entrance;
  }

  readonly admit = (stream: ByteStream): void => {
    if (this.#strangers() >= maxStrangers) {
      stream.destroy();
      return;
    }
    this.#count += 1;
    void new ClientConnection(stream, this.#entrance);
  };

  /** How many have not logged in; counted anew every half second and added to in between. */
  #strangers(): number {
    const nowMs = Date.now();
    if (nowMs - this.#countedAtMs > 500) {
      this.#countedAtMs = nowMs;
      this.#count = 0;
      for (const { identity } of this.#entrance.connections) if (identity === null) this.#count += 1;
    }
    return this.#count;
  }
}
