import { code } from "../amqp/codes.ts";
import { dispositionFrameBytes, encodedState, writeDisposition } from "../amqp/disposition.ts";
import type { Output } from "./output.ts";

const empty = Buffer.alloc(0);

/** A disposition that may grow before it is written: equal outcomes of following deliveries go out as one range. */
export class OutcomeRun {
  #first = -1;
  #last = 0;
  #fromReceiver = false;
  #settled = false;
  #state: Buffer = empty;

  get isOpen(): boolean {
    return this.#first >= 0;
  }

  /** @returns false when the outcome does not continue the run */
  extend(fromReceiver: boolean, id: number, settled: boolean, buffer: Buffer, stateStart: number, stateEnd: number): boolean {
    if (id !== (this.#last + 1) >>> 0 || fromReceiver !== this.#fromReceiver || settled !== this.#settled) return false;
    const state = this.#state;
    if (state.length !== stateEnd - stateStart) return false;
    for (let index = 0; index < state.length; index += 1) if (state[index] !== buffer[stateStart + index]) return false;
    this.#last = id;
    return true;
  }

  begin(fromReceiver: boolean, id: number, settled: boolean, buffer: Buffer, stateStart: number, stateEnd: number): void {
    this.#first = id;
    this.#last = id;
    this.#fromReceiver = fromReceiver;
    this.#settled = settled;
    const isAccepted = stateEnd - stateStart === 4 && buffer[stateStart + 2] === code.accepted && buffer[stateStart + 3] === 0x45;
    this.#state = isAccepted ? encodedState.accepted : Buffer.from(buffer.subarray(stateStart, stateEnd));
  }

  write(output: Output, channel: number): void {
    const from = output.reserve(dispositionFrameBytes(this.#state.length));
    output.commit(writeDisposition(output.buffer, from, channel, this.#fromReceiver, this.#first, this.#last, this.#settled, this.#state));
    this.#first = -1;
  }

  drop(): void {
    this.#first = -1;
  }
}
