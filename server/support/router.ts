import { foundEverywhereSchema, listedTroubleSchema, listTopSchema, listTroubleSchema, searchEverywhereSchema, topAddressSchema } from "#contracts/support/support.ts";
import { platformProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { listTop } from "./list-top.ts";
import { listTrouble } from "./list-trouble.ts";
import { searchEverywhere } from "./search-everywhere.ts";

export const supportRouter = router({
  listTrouble: platformProcedure("platform-statistics:read")
    .input(listTroubleSchema)
    .output(listedTroubleSchema)
    .query(({ ctx, input }) => listTrouble(ctx, input)),
  listTop: platformProcedure("platform-statistics:read")
    .input(listTopSchema)
    .output(topAddressSchema.array())
    .query(({ ctx, input }) => listTop(ctx, input)),
  search: platformProcedure("platform-statistics:read")
    .input(searchEverywhereSchema)
    .output(foundEverywhereSchema)
    .query(({ ctx, input }) => searchEverywhere(ctx, input)),
});
