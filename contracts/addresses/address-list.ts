/** Sort keys that are numbers of an address's statistics. */
export const numberSortKeys = ["depth", "inRate", "outRate", "senders", "receivers", "deadLetters"] as const;
/** All that are of its statistics. */
export const statisticsSortKeys = [...numberSortKeys, "oldestAt"] as const;
export const addressSortKeys = ["name", "type", "phase", "plan", "createdAt", "createdBy", ...statisticsSortKeys] as const;

/** Cursor of the last page; all others are opaque. */
export const lastPage = "last";
