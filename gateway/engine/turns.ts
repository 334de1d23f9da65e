/** What the connections of one share may take of a turn of the event loop while others have something to say, in µs. */
const shareUs = 100;
/** What is read has to be written out as well: so many bytes count like a µs. */
const bytesPerUs = 512;
/** For so long after another share's connection was heard a share counts as having company. */
const companyMs = 1000;
/** The same after a stranger was heard: long enough for the next frames of a login, and no longer, since somebody's clients always log in. */
const strangersCompanyMs = 50;

/** A connection with bytes that wait for its turn. */
export interface TurnTaker {
  /** Goes on reading, to the turn's end when there is one. @returns whether something still waits */
  takeTurn(turn: Turn | null): boolean;
}

/**
 * Whose connections have their turns together: those of a space, or of all who have not logged in. However many connections a
 * space has and whatever they send, the others wait for one share of it in each turn of the event loop.
 */
export class TurnShare {
  readonly waiting: TurnTaker[] = [];
  #turn = 0;
  #spentUs = 0;

  get spentUs(): number {
    return this.#turn === turnNumber ? this.#spentUs : 0;
  }

  spend(us: number): void {
    this.#spentUs = this.spentUs + us;
    this.#turn = turnNumber;
    scheduleNext();
  }
}

/** All who have not logged in yet. */
export const strangersShare = new TurnShare();

/** How long a connection may go on reading now. One object serves all, since they read one after the other. */
export class Turn {
  #share: TurnShare = strangersShare;
  #endUs = 0;
  #beganUs = 0;

  begin(share: TurnShare): this {
    this.#share = share;
    this.#beganUs = performance.now() * 1000;
    this.#endUs = this.#beganUs + shareUs - share.spentUs;
    return this;
  }

  /** @param bytes how many were read in this turn */
  isOver(bytes: number): boolean {
    return performance.now() * 1000 + bytes / bytesPerUs >= this.#endUs;
  }

  end(bytes: number): void {
    this.#share.spend(performance.now() * 1000 - this.#beganUs + bytes / bytesPerUs);
  }
}

const turn = new Turn();
const sharesWaiting = new Set<TurnShare>();
let turnNumber = 1;
let isScheduled = false;
let lastHeard: TurnShare | null = null;
let lastHeardMs = 0;
let companyUntilMs = 0;
let strangersUntilMs = 0;

/** Begins a share's turn. @returns null when nobody else has been heard for a while, so that it may read on */
export function beginTurn(share: TurnShare, nowMs: number): Turn | null {
  if (share === strangersShare) {
    strangersUntilMs = nowMs + strangersCompanyMs;
  } else {
    if (share !== lastHeard && lastHeard !== null) companyUntilMs = nowMs + companyMs;
    lastHeard = share;
    lastHeardMs = nowMs;
  }
  return hasCompany(share, nowMs) ? turn.begin(share) : null;
}

/** True while more than one space is heard, so that what the one does is felt by the other. */
export function hasNeighbours(nowMs: number): boolean {
  return nowMs < companyUntilMs;
}

function hasCompany(share: TurnShare, nowMs: number): boolean {
  return hasNeighbours(nowMs) || nowMs < (share === strangersShare ? lastHeardMs + companyMs : strangersUntilMs);
}

/** True when the share has had what it may have of this turn of the event loop. */
export function isSpent(share: TurnShare): boolean {
  return share.spentUs >= shareUs;
}

/** Lets a connection take turns until nothing waits any more. */
export function waitForTurn(taker: TurnTaker, share: TurnShare): void {
  share.waiting.push(taker);
  sharesWaiting.add(share);
  scheduleNext();
}

function scheduleNext(): void {
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(nextTurn);
}

function nextTurn(): void {
  isScheduled = false;
  turnNumber += 1;
  for (const share of sharesWaiting) {
    do {
      const taker = share.waiting.shift()!;
      if (taker.takeTurn(hasCompany(share, Date.now()) ? turn.begin(share) : null)) share.waiting.push(taker);
    } while (share.waiting.length > 0 && !isSpent(share));
    if (share.waiting.length === 0) sharesWaiting.delete(share);
  }
  if (sharesWaiting.size > 0) scheduleNext();
}
