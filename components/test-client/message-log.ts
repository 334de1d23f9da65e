/** What a list shows of a {@link MessageLog}: the same object until something changes. `at(0)` is the newest row. */
export interface LogView<T> {
  readonly length: number;
  /** Rows ever added since the view was cleared. */
  readonly total: number;
  /** Rows that were let go because newer ones needed their place. */
  readonly dropped: number;
  at(index: number): T | undefined;
}

interface Row {
  /** Grows from row to row. */
  readonly id: number;
  /** Memory that the row holds on to. */
  readonly sizeBytes: number;
}

/** Places of rows that were let go are given back so many at a time. */
const compactedPlaces = 4_096;

/**
 * The newest rows, bounded in number and in bytes, with how many older ones were let go. Adding a row takes the same time however
 * many there are, and changing one nearly so; a view is made when somebody looks.
 */
export class MessageLog<T extends Row> {
  readonly maxRows: number;
  readonly #maxBytes: number;
  readonly #onLetGo: (row: T) => void;
  /** Oldest first; places before `#first` are empty. */
  #rows: (T | undefined)[] = [];
  #first = 0;
  #bytes = 0;
  #dropped = 0;
  #total = 0;
  #view: LogView<T> | undefined;

  /** @param onLetGo told of each row that a newer one takes the place of */
  constructor(maxRows: number, maxBytes: number, onLetGo: (row: T) => void = () => undefined) {
    this.maxRows = maxRows;
    this.#onLetGo = onLetGo;
    this.#maxBytes = maxBytes;
  }

  append(row: T): void {
    this.#view = undefined;
    this.#rows.push(row);
    this.#bytes += row.sizeBytes;
    this.#total += 1;
    while (this.#rows.length - this.#first > 1 && (this.#rows.length - this.#first > this.maxRows || this.#bytes > this.#maxBytes)) this.#letOldestGo();
  }

  get(id: number): T | undefined {
    const place = this.#placeOf(id);
    return place === undefined ? undefined : this.#rows[place];
  }

  /** Puts a changed row in the place of the one with its id, if that is still there. Sizes do not change. */
  replace(row: T): void {
    const place = this.#placeOf(row.id);
    if (place === undefined) return;
    this.#view = undefined;
    this.#rows[place] = row;
  }

  /** Changes every row for which `change` answers another one. */
  replaceAll(change: (row: T) => T): void {
    this.#view = undefined;
    this.#rows = this.#held().map(change);
    this.#first = 0;
  }

  /** Takes rows out of view, all but those to be kept, and forgets how many were let go. */
  clear(isKept: (row: T) => boolean = () => false): void {
    this.#view = undefined;
    const kept = this.#held().filter(isKept);
    this.#rows = kept;
    this.#first = 0;
    this.#bytes = kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    this.#dropped = 0;
    this.#total = kept.length;
  }

  view(): LogView<T> {
    if (this.#view === undefined) {
      const rows = this.#held();
      this.#view = { length: rows.length, total: this.#total, dropped: this.#dropped, at: (index) => rows[rows.length - 1 - index] };
    }
    return this.#view;
  }

  #held(): T[] {
    return this.#rows.slice(this.#first) as T[];
  }

  #letOldestGo(): void {
    const oldest = this.#rows[this.#first];
    this.#rows[this.#first] = undefined;
    this.#first += 1;
    this.#dropped += 1;
    if (this.#first >= compactedPlaces) {
      this.#rows = this.#rows.slice(this.#first);
      this.#first = 0;
    }
    if (oldest === undefined) return;
    this.#bytes -= oldest.sizeBytes;
    this.#onLetGo(oldest);
  }

  /** Ids are mostly without gaps, so that the distance from the newest one is the place; where rows were cleared it is searched for. */
  #placeOf(id: number): number | undefined {
    const newest = this.#rows.at(-1);
    if (newest === undefined) return undefined;
    const guess = this.#rows.length - 1 - (newest.id - id);
    if (this.#rows[guess]?.id === id) return guess;
    let [low, high] = [this.#first, this.#rows.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#rows[middle]!.id;
      if (found === id) return middle;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }
}
