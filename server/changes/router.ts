import { spaceScopeSchema } from "#contracts/addresses/address.ts";
import { spaceProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { watchChanges } from "./watch-changes.ts";

export const changesRouter = router({
  watch: spaceProcedure("address:read")
    .input(spaceScopeSchema)
    .subscription(({ ctx, signal }) => watchChanges(ctx, signal)),
});
