import { z } from "zod";
import type { AddressStatistics } from "#contracts/addresses/address-statistics.ts";
import type { Address } from "#contracts/addresses/address.ts";
import { addressSortKeys, numberSortKeys, statisticsSortKeys } from "#contracts/addresses/address-list.ts";
import { PostroomError } from "#contracts/errors.ts";
import { lookupTextSchema } from "#contracts/naming.ts";

export type AddressSortKey = (typeof addressSortKeys)[number];

/** An order by something that is sampled. */
export function isStatisticsSort(sort: AddressSortKey): sort is (typeof statisticsSortKeys)[number] {
  return (statisticsSortKeys as readonly string[]).includes(sort);
}

/** In place of a time where there is none, behind all others. */
const never = "infinity";

/** A row, with its numbers where the order is by one of them. */
export type PlacedRow = Address & { readonly statistics?: AddressStatistics };

const cursorSchema = z.object({
  sort: z.enum(addressSortKeys),
  descending: z.boolean(),
  /** True for the rows before this place, nearest last. */
  backward: z.boolean(),
  /** Value of the sort column in the row at this place; empty when that is the name. */
  value: z.string().max(400).refine((value) => !value.includes("\0")),
  /** Name of the row at this place: unique in the space, so it breaks ties. */
  name: lookupTextSchema,
}).refine(({ sort, value }) => {
  if ((numberSortKeys as readonly string[]).includes(sort)) return value !== "" && Number.isFinite(Number(value));
  return (sort === "oldestAt" && value === never) || (sort !== "createdAt" && sort !== "oldestAt") || z.iso.datetime().safeParse(value).success;
});

/** A place in the list, from which it goes on or back. */
export type AddressCursor = z.infer<typeof cursorSchema>;

/** The place of a row in an order. */
export function placeOf(sort: AddressSortKey, row: PlacedRow): { value: string; name: string } {
  if (isStatisticsSort(sort)) return { value: String(row.statistics?.[sort] ?? (sort === "oldestAt" ? never : 0)), name: row.name };
  const values = { name: "", type: row.type, plan: row.planName, phase: row.phase, createdAt: row.createdAt, createdBy: row.createdBy };
  return { value: values[sort], name: row.name };
}

/** The cursor behind or before a row, as opaque text that is safe in a URL. */
export function encodeAddressCursor(sort: AddressSortKey, descending: boolean, row: PlacedRow, backward = false): string {
  return Buffer.from(JSON.stringify({ sort, descending, backward, ...placeOf(sort, row) })).toString("base64url");
}

/** Reads a cursor that was answered for the same order. @throws PostroomError `invalid-input` for anything else */
export function decodeAddressCursor(text: string, sort: AddressSortKey, descending: boolean): AddressCursor {
  const cursor = cursorSchema.safeParse(parseJson(Buffer.from(text, "base64url").toString("utf8"))).data;
  if (cursor && cursor.sort === sort && cursor.descending === descending) return cursor;
  throw new PostroomError({
    code: "invalid-input",
    message: "The list cannot be continued from this place. Start again at the first page.",
    field: "cursor",
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
