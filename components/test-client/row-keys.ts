/**
 * Says which element of a list shows which row. Rows take the places of others in the elements that are there, which costs a
 * fraction of making new ones; a row that somebody is at keeps its own.
 */
export class RowKeys {
  #keys = new Map<number, number>();

  /**
   * @param ids of the rows to be shown, in their order, each once
   * @param isHeld rows that were shown before keep their elements
   * @returns the key of each row
   */
  assign(ids: readonly number[], isHeld: boolean): readonly number[] {
    const taken = new Set(ids.map((id) => this.#keys.get(id)));
    let free = -1;
    const next = () => {
      do free += 1;
      while (taken.has(free));
      return free;
    };
    const keys = isHeld ? ids.map((id) => this.#keys.get(id) ?? next()) : ids.map((_id, place) => place);
    this.#keys = new Map(ids.map((id, place) => [id, keys[place]!]));
    return keys;
  }
}
