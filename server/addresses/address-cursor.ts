import { z } from "zod";
import { addressSortKeys, type Address } from "#contracts/addresses/address.ts";
import { PostroomError } from "#contracts/errors.ts";
import { lookupTextSchema } from "#contracts/naming.ts";
import type { Prisma } from "#prisma/generated/client.ts";

type SortKey = (typeof addressSortKeys)[number];

const cursorSchema = z.object({
  sort: z.enum(addressSortKeys),
  descending: z.boolean(),
  /** Value of the sort column in the last row shown; empty when that is the name. */
  value: z.string().max(300).refine((value) => !value.includes("\0")),
  /** Name of the last row shown: unique in the space, so it breaks ties. */
  name: lookupTextSchema,
}).refine((cursor) => cursor.sort !== "createdAt" || z.iso.datetime().safeParse(cursor.value).success);

/** Where a page of addresses ended. */
export type AddressCursor = z.infer<typeof cursorSchema>;

/** The cursor behind a row, as opaque text that is safe in a URL. */
export function encodeAddressCursor(sort: SortKey, descending: boolean, last: Address): string {
  const value = { name: "", type: last.type, plan: last.planName, phase: last.phase, createdAt: last.createdAt }[sort];
  return Buffer.from(JSON.stringify({ sort, descending, value, name: last.name })).toString("base64url");
}

/** Reads a cursor that was answered for the same order. @throws PostroomError `invalid-input` for anything else */
export function decodeAddressCursor(text: string, sort: SortKey, descending: boolean): AddressCursor {
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

/** Rows behind the cursor in its order. */
export function keysetAfter({ sort, descending, value, name }: AddressCursor): Prisma.AddressWhereInput {
  const beyond = <T>(bound: T): { gt: T } | { lt: T } => (descending ? { lt: bound } : { gt: bound });
  const tie = { name: beyond(name) };
  switch (sort) {
    case "name":
      return tie;
    case "plan":
      return { OR: [{ plan: { name: beyond(value) } }, { plan: { name: value }, ...tie }] };
    case "createdAt":
      return { OR: [{ createdAt: beyond(new Date(value)) }, { createdAt: new Date(value), ...tie }] };
    case "type":
      return { OR: [{ type: beyond(value) }, { type: value, ...tie }] };
    case "phase":
      return { OR: [{ phase: beyond(value) }, { phase: value, ...tie }] };
  }
}

/** The order that {@link keysetAfter} continues. */
export function keysetOrder(sort: SortKey, descending: boolean): Prisma.AddressOrderByWithRelationInput[] {
  const direction = descending ? "desc" : "asc";
  switch (sort) {
    case "name":
      return [{ name: direction }];
    case "plan":
      return [{ plan: { name: direction } }, { name: direction }];
    default:
      return [{ [sort]: direction }, { name: direction }];
  }
}
