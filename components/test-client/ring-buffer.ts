/** The newest `capacity` items, and how many older ones were let go. Immutable, so that React sees each change. */
export interface RingBuffer<T> {
  readonly items: readonly T[];
  readonly dropped: number;
  readonly capacity: number;
}

export function emptyRingBuffer<T>(capacity: number): RingBuffer<T> {
  return { items: [], dropped: 0, capacity };
}

/** The buffer with one item more; the oldest goes when it is full. */
export function appended<T>(buffer: RingBuffer<T>, item: T): RingBuffer<T> {
  const overflow = buffer.items.length >= buffer.capacity ? buffer.items.length - buffer.capacity + 1 : 0;
  return { ...buffer, items: [...buffer.items.slice(overflow), item], dropped: buffer.dropped + overflow };
}

/** The buffer with `change` applied to the items that match; the same object when none does. */
export function replaced<T>(buffer: RingBuffer<T>, matches: (item: T) => boolean, change: (item: T) => T): RingBuffer<T> {
  if (!buffer.items.some(matches)) return buffer;
  return { ...buffer, items: buffer.items.map((item) => (matches(item) ? change(item) : item)) };
}
