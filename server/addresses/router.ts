import {
  addressNameCheckSchema,
  addressPageSchema,
  addressSchema,
  checkAddressNameSchema,
  createAddressSchema,
  deleteAddressSchema,
  forceDeleteAddressSchema,
  getAddressSchema,
  listAddressesSchema,
  retryAddressSchema,
  updateAddressSchema,
  validateAddressSchema,
} from "#contracts/addresses/address.ts";
import { addressChartSchema, getAddressChartSchema } from "#contracts/addresses/address-chart.ts";
import { addressDetailSchema, validatedAddressSchema } from "#contracts/addresses/address-detail.ts";
import { firstMessageSchema } from "#contracts/addresses/first-message.ts";
import { explanationSchema, listTroubleOfSpaceSchema, troubleOfSpaceSchema } from "#contracts/addresses/explanation.ts";
import { changePlanOfManyAddressesSchema, createManyAddressesSchema, deleteManyAddressesSchema, manyAddressesReportSchema } from "#contracts/addresses/many-addresses.ts";
import { idempotencyKeySchema } from "#contracts/idempotency-key.ts";
import { operationSchema } from "#contracts/operations/operation.ts";
import { spaceProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { startChangeOfMany } from "./change-many-addresses.ts";
import { checkAddressName, createAddress, validateAddress } from "./create-address.ts";
import { createManyAddresses } from "./create-many-addresses.ts";
import { deleteAddress } from "./delete-address.ts";
import { explainOneAddress, listTroubleOfSpace } from "./explain-address.ts";
import { forceDeleteAddress } from "./force-delete-address.ts";
import { getAddress } from "./get-address.ts";
import { getAddressChart } from "./get-address-chart.ts";
import { getFirstMessage } from "./get-first-message.ts";
import { listAddresses } from "./list-addresses.ts";
import { retryAddress } from "./retry-address.ts";
import { updateAddress } from "./update-address.ts";

export const addressesRouter = router({
  list: spaceProcedure("address:read")
    .input(listAddressesSchema)
    .output(addressPageSchema)
    .query(({ ctx, input }) => listAddresses(ctx, input)),
  get: spaceProcedure("address:read")
    .input(getAddressSchema)
    .output(addressDetailSchema)
    .query(({ ctx, input }) => getAddress(ctx, input)),
  getChart: spaceProcedure("address:read")
    .input(getAddressChartSchema)
    .output(addressChartSchema)
    .query(({ ctx, input }) => getAddressChart(ctx, input)),
  getFirstMessage: spaceProcedure("connection:read")
    .input(getAddressSchema)
    .output(firstMessageSchema)
    .query(({ ctx, input }) => getFirstMessage(ctx, input)),
  explain: spaceProcedure("address:read")
    .input(getAddressSchema)
    .output(explanationSchema)
    .query(({ ctx, input }) => explainOneAddress(ctx, input)),
  listTrouble: spaceProcedure("address:read")
    .input(listTroubleOfSpaceSchema)
    .output(troubleOfSpaceSchema)
    .query(({ ctx, input }) => listTroubleOfSpace(ctx, input)),
  validate: spaceProcedure("address:create")
    .input(validateAddressSchema)
    .output(validatedAddressSchema)
    .query(({ ctx, input }) => validateAddress(ctx, input)),
  create: spaceProcedure("address:create")
    .input(createAddressSchema)
    .input(idempotencyKeySchema)
    .output(addressSchema)
    .mutation(({ ctx, input: { type, name, topic, planId, options, idempotencyKey } }) => createAddress(ctx, { type, name, topic, planId, options }, idempotencyKey)),
  checkName: spaceProcedure("address:create")
    .input(checkAddressNameSchema)
    .output(addressNameCheckSchema)
    .query(({ ctx, input }) => checkAddressName(ctx, input)),
  createMany: spaceProcedure("address:create")
    .input(createManyAddressesSchema)
    .input(idempotencyKeySchema)
    .output(manyAddressesReportSchema)
    .mutation(({ ctx, input }) => createManyAddresses(ctx, input, input.idempotencyKey)),
  update: spaceProcedure("address:update")
    .input(updateAddressSchema)
    .output(addressSchema)
    .mutation(({ ctx, input }) => updateAddress(ctx, input)),
  retry: spaceProcedure("address:update")
    .input(retryAddressSchema)
    .output(addressSchema)
    .mutation(({ ctx, input }) => retryAddress(ctx, input)),
  delete: spaceProcedure("address:delete")
    .input(deleteAddressSchema)
    .output(addressSchema)
    .mutation(({ ctx, input }) => deleteAddress(ctx, input)),
  forceDelete: spaceProcedure("address:force-delete")
    .input(forceDeleteAddressSchema)
    .output(addressSchema)
    .mutation(({ ctx, input }) => forceDeleteAddress(ctx, input)),
  deleteMany: spaceProcedure("address:delete")
    .input(deleteManyAddressesSchema)
    .input(idempotencyKeySchema)
    .output(operationSchema)
    .mutation(({ ctx, input: { selection, idempotencyKey } }) => startChangeOfMany(ctx, { selection, change: { kind: "delete" } }, idempotencyKey)),
  changePlanOfMany: spaceProcedure("address:update")
    .input(changePlanOfManyAddressesSchema)
    .input(idempotencyKeySchema)
    .output(operationSchema)
    .mutation(({ ctx, input: { selection, planId, idempotencyKey } }) => startChangeOfMany(ctx, { selection, change: { kind: "plan", planId } }, idempotencyKey)),
});
