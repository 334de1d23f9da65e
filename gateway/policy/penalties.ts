import { Pace } from "./pace.ts";

/** Protocol errors that are forgiven at once. A program that is being written makes some. */
const forgivenErrors = 20;
const maxKept = 50_000;

export interface PenaltyLimits {
  /** How often whoever goes on breaking the protocol is heard. */
  readonly perSecond: number;
  /** The longest wait of one connection, in ms, so that others behind the same address or login are not kept out. */
  readonly maxWaitMs: number;
}

interface Offender {
  /** Errors that are not forgiven yet, at `atMs`. */
  errors: number;
  atMs: number;
  /** Turns of its new connections, none at once. */
  readonly pace: Pace;
}

/**
 * Makes who breaks the protocol again and again wait with each new connection: making and ending connections is the work by which
 * one tenant costs the others most. Errors are forgiven as time goes by. (As sshd does: `PerSourcePenalties` in sshd_config(5).)
 */
export class Penalties {
  readonly #limits: PenaltyLimits;
  readonly #offenders = new Map<string, Offender>();

  constructor(limits: PenaltyLimits) {
    this.#limits = limits;
  }

  /** Counts an error against its source or login. */
  broke(key: string, nowMs = Date.now()): void {
    const offender = this.#offenders.get(key);
    if (offender === undefined) {
      if (this.#offenders.size >= maxKept) this.#offenders.delete(this.#offenders.keys().next().value!);
      this.#offenders.set(key, { errors: 1, atMs: nowMs, pace: new Pace({ ...this.#limits, atOnce: 0 }) });
      return;
    }
    offender.errors = Math.min(forgivenErrors, this.#errorsOf(offender, nowMs)) + 1;
    offender.atMs = nowMs;
  }

  /** Gives a new connection its turn. @returns how long it waits for it, in ms */
  waitMs(key: string, nowMs = Date.now()): number {
    const offender = this.#offenders.get(key);
    if (offender === undefined) return 0;
    const errors = this.#errorsOf(offender, nowMs);
    if (errors === 0) this.#offenders.delete(key);
    return errors < forgivenErrors ? 0 : offender.pace.waitMs(1, nowMs);
  }

  #errorsOf({ errors, atMs }: Offender, nowMs: number): number {
    return Math.max(0, errors - ((nowMs - atMs) / 1000) * this.#limits.perSecond);
  }
}
