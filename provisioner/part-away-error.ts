import { PostroomError } from "#contracts/errors.ts";

/** A part did not (verifiably) do what it was asked: nobody refused anything, so waiting is the answer. */
export class PartAwayError extends PostroomError {
  /** What people call the part, for example `the broker main`. */
  readonly part: string;
  /** The end of a sentence that starts with the part, without a full stop. */
  readonly why: string;

  constructor(part: string, why: string, code: "unavailable" | "time-out" = "unavailable", options?: { cause?: unknown }) {
    super({ code, message: `${part.charAt(0).toUpperCase()}${part.slice(1)} ${why}.` }, options);
    this.name = "PartAwayError";
    this.part = part;
    this.why = why;
  }
}
