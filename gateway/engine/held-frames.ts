/** Frames of a session in their order, that wait for its peer's window. What they may come to is bounded by the connection. */
export class HeldFrames {
  bytes = 0;
  #frames: Buffer[] = [];
  #from = 0;

  get first(): Buffer | undefined {
    return this.#frames[this.#from];
  }

  push(frame: Buffer): void {
    this.#frames.push(frame);
    this.bytes += frame.length;
  }

  shift(): void {
    this.bytes -= this.first?.length ?? 0;
    this.#from += 1;
    if (this.#from <= 1024) return;
    this.#frames = this.#frames.slice(this.#from);
    this.#from = 0;
  }
}
