import { PostroomError } from "#contracts/errors.ts";
import { PartAwayError } from "../../part-away-error.ts";
import type { WorkWindow } from "../../work-window.ts";
import type { Part, PartEvents } from "../part.ts";

/**
 * A part in memory that fails on demand, for tests of what cannot be had from a real one at will. A name with one of these
 * words in it makes operations on it fail: `refused` always, `refused-once` the first time, `unanswered-once` after it was
 * carried out the first time (the reply is lost), `hangs` never answers.
 */
export abstract class FakePart implements Part {
  readonly title: string;
  readonly #events: PartEvents;
  readonly #once = new Set<string>();
  #connected = false;
  /** Changes made since the start, failed ones left out. */
  changes = 0;

  constructor(title: string, events: PartEvents = {}) {
    this.title = title;
    this.#events = events;
  }

  get connected(): boolean {
    return this.#connected;
  }

  get reason(): string | undefined {
    return this.#connected ? undefined : "does not answer (switched off)";
  }

  start(): void {
    this.setConnected(true);
  }

  async close(): Promise<void> {
    this.#connected = false;
  }

  /** Switches the part on or off. */
  setConnected(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    if (connected) this.#events.onConnected?.();
    else this.#events.onDisconnected?.("does not answer (switched off)");
  }

  /** Carries out an operation on a named thing, or fails as the name says. */
  protected async act<T>(name: string, window: WorkWindow, change: () => T): Promise<T> {
    await Promise.resolve();
    if (!this.#connected) throw new PartAwayError(this.title, "does not answer (switched off)");
    if (window.signal.aborted || performance.now() > window.notAfterMs) throw new PartAwayError(this.title, "was not asked in time", "time-out");
    if (name.includes("hangs")) {
      await new Promise<void>((resolve) => window.signal.addEventListener("abort", () => resolve(), { once: true }));
      throw new PartAwayError(this.title, "did not answer", "time-out");
    }
    if (name.includes("refused") && (!name.includes("refused-once") || this.#first(name))) {
      throw new PostroomError({ code: "conflict", message: `${this.title} refused ${name}.` });
    }
    const result = change();
    if (name.includes("unanswered-once") && this.#first(name)) throw new PartAwayError(this.title, "did not answer", "time-out");
    return result;
  }

  #first(name: string): boolean {
    if (this.#once.has(name)) return false;
    this.#once.add(name);
    return true;
  }
}
