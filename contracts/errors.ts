/**
 * The closed set of reasons for which Postroom refuses or fails, one word each.
 * Every layer (form, procedure, provisioner, gateway's management) uses these and no others.
 */
export const errorCodes = [
  "invalid-input",
  "unauthenticated",
  "forbidden",
  "not-found",
  "already-exists",
  "conflict",
  "quota-exceeded",
  "phase-forbids",
  "rate-limited",
  "unavailable",
  "time-out",
  "internal",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What a caller may know of a failure: never a stack, a query or another tenant's name. */
export interface PublicError {
  readonly code: ErrorCode;
  /** One to three sentences: what happened, what it means, what to do. */
  readonly message: string;
  /** Dotted path of the input field the error belongs to, for example `name` or `permissions.0.pattern`. */
  readonly field?: string;
  /** Figures behind a refusal, so that a screen can draw them: name of the limit, value, used, asked. */
  readonly limit?: { readonly name: string; readonly value: number; readonly used: number; readonly asked: number };
}

const brand = Symbol.for("postroom.error");

/**
 * The one error class that crosses layers. `message` is for people; `cause` stays on the side that raised it.
 */
export class PostroomError extends Error implements PublicError {
  readonly code: ErrorCode;
  readonly field?: string;
  readonly limit?: PublicError["limit"];
  readonly [brand] = true;

  constructor(error: PublicError, options?: { cause?: unknown }) {
    super(error.message, options);
    this.name = "PostroomError";
    this.code = error.code;
    this.field = error.field;
    this.limit = error.limit;
  }

  /**
   * True for an error of another copy of this module too: the console's build has one in each route's bundle, while the
   * services of the process are made by whichever comes first.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== PostroomError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === "object" && value !== null && brand in value;
  }

  /** The part that may leave the process. */
  toPublic(): PublicError {
    return { code: this.code, message: this.message, field: this.field, limit: this.limit };
  }
}
