import {
  addressPageSchema,
  addressSchema,
  createAddressSchema,
  deleteAddressSchema,
  getAddressSchema,
  listAddressesSchema,
  validateAddressSchema,
} from "#contracts/addresses/address.ts";
import { addressDetailSchema, validatedAddressSchema } from "#contracts/addresses/address-detail.ts";
import { spaceProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { createAddress, validateAddress } from "./create-address.ts";
import { deleteAddress } from "./delete-address.ts";
import { getAddress } from "./get-address.ts";
import { listAddresses } from "./list-addresses.ts";

export const addressesRouter = router({
  list: spaceProcedure("address:read")
    .input(listAddressesSchema)
    .output(addressPageSchema)
    .query(({ ctx, input }) => listAddresses(ctx, input)),
  get: spaceProcedure("address:read")
    .input(getAddressSchema)
    .output(addressDetailSchema)
    .query(({ ctx, input }) => getAddress(ctx, input)),
  validate: spaceProcedure("address:create")
    .input(validateAddressSchema)
    .output(validatedAddressSchema)
    .query(({ ctx, input }) => validateAddress(ctx, input)),
  create: spaceProcedure("address:create")
    .input(createAddressSchema)
    .output(addressSchema)
    .mutation(({ ctx, input }) => createAddress(ctx, input)),
  delete: spaceProcedure("address:delete")
    .input(deleteAddressSchema)
    .output(addressSchema)
    .mutation(({ ctx, input }) => deleteAddress(ctx, input)),
});
