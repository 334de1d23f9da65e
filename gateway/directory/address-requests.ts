import { gatewayAddressName, type GatewayAddressRequest } from "#contracts/gateway-management.ts";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import { addressNameSchema, patternCovers } from "#contracts/naming.ts";
import { condition } from "../amqp/codes.ts";
import type { ErrorFields } from "../amqp/performatives.ts";
import type { Directory, SpaceEntry } from "./directory.ts";

const limits = {
  /** Names of one space that are being made at a time, so that one space leaves room for others. */
  namesOfSpace: 500,
  /** Attaches that wait, in all spaces. */
  attaches: 10_000,
  /** An address is there after some tenths of a second; below the patience of clients, which is mostly 15 s and more. */
  waitMs: 8_000,
  /** Requests told in one answer. */
  told: 200,
  /** Questions that wait for the next request: one for each provisioner. */
  questions: 64,
} as const;

/** Whoever waits for an address: null when it is there, else why not. */
export type AddressWaiter = (error: ErrorFields | null) => void;

interface Waiting {
  readonly request: GatewayAddressRequest;
  readonly space: SpaceEntry;
  readonly ownName: string;
  readonly untilMs: number;
  readonly waiters: Set<AddressWaiter>;
}

interface Question {
  readonly after: number;
  readonly answer: (requests: GatewayAddressRequest[]) => void;
}

const tooMany: ErrorFields = {
  condition: condition.resourceLimitExceeded,
  description: "Very many addresses of this address space are being made at once, and this one is not. Attach again in a moment.",
};
const tooLate: ErrorFields = {
  condition: condition.internalError,
  description: `A rule of this address space makes such an address, but it was not made within ${limits.waitMs / 1000} s. Attach again in a moment; if that stays so, the console says what is the matter.`,
};

/** Wishes of clients for addresses that rules of their spaces cover and that are not there, until somebody has made them. */
export class AddressRequests {
  readonly #directory: Directory;
  /** By the key of `<tenant>.<space>/<name>`; slugs hold no dot, so it is unambiguous. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #questions = new Set<Question>();
  #number = 0;
  #attaches = 0;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** Names that are being made. */
  get count(): number {
    return this.#waiting.size;
  }

  /** Whether a rule of the space makes an address of that name. */
  covers(space: SpaceEntry, name: string): boolean {
    return space.autoCreatePatterns.some((pattern) => patternCovers(pattern, name)) && addressNameSchema.safeParse(name).success;
  }

  /**
   * Asks for an address; of several who ask for one name the first asks for all.
   * @param waiter told once, within the limit of time, and not before this returns
   * @returns why it cannot be asked for, or how to stop waiting
   */
  ask(space: SpaceEntry, name: string, who: Pick<GatewayAddressRequest, "login" | "operation" | "remoteAddress">, waiter: AddressWaiter): ErrorFields | (() => void) {
    const key = addressNameKey(gatewayAddressName(space.name, name));
    let waiting = this.#waiting.get(key);
    if (this.#attaches >= limits.attaches) return tooMany;
    if (waiting === undefined) {
      if (this.#namesOf(space) >= limits.namesOfSpace) return tooMany;
      this.#number += 1;
      const request = { ...who, name: gatewayAddressName(space.name, name), number: this.#number };
      waiting = { request, space, ownName: name, untilMs: Date.now() + limits.waitMs, waiters: new Set() };
      this.#waiting.set(key, waiting);
      this.#tell();
    }
    waiting.waiters.add(waiter);
    this.#attaches += 1;
    return () => {
      if (waiting.waiters.delete(waiter)) this.#attaches -= 1;
    };
  }

  /** Requests with a higher number, or when there is none the next one that comes in time. */
  next(after: number, waitMs: number): Promise<GatewayAddressRequest[]> {
    const now = this.#after(after);
    if (now.length > 0 || waitMs <= 0 || this.#questions.size >= limits.questions) return Promise.resolve(now);
    return new Promise((resolve) => {
      const timer = setTimeout(() => question.answer([]), waitMs);
      timer.unref();
      const question: Question = {
        after,
        answer: (requests) => {
          clearTimeout(timer);
          this.#questions.delete(question);
          resolve(requests);
        },
      };
      this.#questions.add(question);
    });
  }

  /** Ends the wait for an address. @param error null when it is there @returns false when nobody waits for it */
  answer(name: string, error: ErrorFields | null): boolean {
    const key = addressNameKey(name);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return false;
    this.#end(key, waiting, error);
    return true;
  }

  /** Time limits; called every half second. */
  tick(nowMs: number): void {
    for (const [key, waiting] of this.#waiting) {
      if (nowMs < waiting.untilMs && this.#directory.spaces.get(waiting.space.name) === waiting.space) continue;
      const isThere = this.#directory.findAddress(waiting.space, waiting.ownName) !== undefined;
      this.#end(key, waiting, isThere ? null : tooLate);
    }
  }

  #end(key: string, { waiters }: Waiting, error: ErrorFields | null): void {
    this.#waiting.delete(key);
    this.#attaches -= waiters.size;
    for (const waiter of waiters) waiter(error);
  }

  #after(number: number): GatewayAddressRequest[] {
    const requests: GatewayAddressRequest[] = [];
    for (const { request } of this.#waiting.values()) {
      if (request.number > number) requests.push(request);
      if (requests.length >= limits.told) break;
    }
    return requests;
  }

  #tell(): void {
    for (const question of this.#questions) question.answer(this.#after(question.after));
  }

  #namesOf(space: SpaceEntry): number {
    let count = 0;
    for (const waiting of this.#waiting.values()) if (waiting.space === space) count += 1;
    return count;
  }
}
