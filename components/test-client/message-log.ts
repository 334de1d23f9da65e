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
  readonly id: number;
  /** Memory that the row holds on to. */
  readonly sizeBytes: number;
}

/**
 * The newest rows, bounded in number and in bytes, with how many older ones were let go. Adding and changing a row take the
 * same time however many there are; a view is made when somebody looks.
 */
export class MessageLog<T extends Row> {
  readonly maxRows: number;
  readonly #maxBytes: number;
  readonly #onLetGo: (row: T) => void;
  readonly #rows = new Map<number, T>();
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
    this.#rows.set(row.id, row);
    this.#bytes += row.sizeBytes;
    this.#total += 1;
    for (const [id, oldest] of this.#rows) {
      if (this.#rows.size <= this.maxRows && (this.#bytes <= this.#maxBytes || id === row.id)) break;
      this.#rows.delete(id);
      this.#bytes -= oldest.sizeBytes;
      this.#dropped += 1;
      this.#onLetGo(oldest);
    }
  }

  get(id: number): T | undefined {
    return this.#rows.get(id);
  }

  /** Puts a changed row in the place of the one with its id, if that is still there. Sizes do not change. */
  replace(row: T): void {
    if (!this.#rows.has(row.id)) return;
    this.#view = undefined;
    this.#rows.set(row.id, row);
  }

  /** Changes every row for which `change` answers another one. */
  replaceAll(change: (row: T) => T): void {
    this.#view = undefined;
    for (const [id, row] of this.#rows) this.#rows.set(id, change(row));
  }

  /** Takes rows out of view, all but those to be kept, and forgets how many were let go. */
  clear(isKept: (row: T) => boolean = () => false): void {
    this.#view = undefined;
    for (const [id, row] of this.#rows) {
      if (isKept(row)) continue;
      this.#rows.delete(id);
      this.#bytes -= row.sizeBytes;
    }
    this.#dropped = 0;
    this.#total = this.#rows.size;
  }

  view(): LogView<T> {
    if (this.#view === undefined) {
      const rows = [...this.#rows.values()];
      this.#view = { length: rows.length, total: this.#total, dropped: this.#dropped, at: (index) => rows[rows.length - 1 - index] };
    }
    return this.#view;
  }
}

export const emptyLogView: LogView<never> = { length: 0, total: 0, dropped: 0, at: () => undefined };
