import { z } from "zod";
import { addressStatisticsSchema } from "./addresses/address-statistics.ts";
import { addressSchema } from "./addresses/address.ts";
import { credentialSchema } from "./credentials/credential.ts";
import { operationSchema } from "./operations/operation.ts";

/**
 * One message of the `changes.watch` subscription of a space. `resource` is the row as it is now, or null when it is gone.
 * `resync` tells the screen that changes may have been missed (first message, or after the server lost its database
 * connection), so that it refetches what it shows.
 */
export const changeSchema = z.discriminatedUnion("noun", [
  z.object({ noun: z.literal("address"), name: z.string(), resource: addressSchema.nullable() }),
  z.object({ noun: z.literal("credential"), name: z.string(), resource: credentialSchema.nullable() }),
  z.object({ noun: z.literal("operation"), id: z.uuid(), resource: operationSchema.nullable() }),
  /** Numbers of addresses that changed with the last sample. */
  z.object({ noun: z.literal("statistics"), resources: z.array(addressStatisticsSchema) }),
  /** Connections, links or what is known of clients changed with the last sample: what of them is shown must be read again. */
  z.object({ noun: z.literal("connections") }),
  z.object({ noun: z.literal("resync") }),
]);
export type Change = z.infer<typeof changeSchema>;

/** Postgres channel on which row triggers announce changes; payload: JSON of {@link ChangeNotice}. */
export const changesChannel = "postroom_changes";

export const changeNoticeSchema = z.object({
  table: z.enum(["address", "credential", "address_space", "membership", "member_operation", "operation", "broker_inquiry", "address_statistics", "connection"]),
  tenantId: z.string(),
  /** The tenant's id for rows that belong to no space. */
  spaceId: z.string(),
  id: z.string(),
  name: z.string(),
  phase: z.string(),
  /** Whether there is work for the provisioner. */
  due: z.boolean(),
  gone: z.boolean(),
});
export type ChangeNotice = z.infer<typeof changeNoticeSchema>;
