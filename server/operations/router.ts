import { z } from "zod";
import { getOperationSchema, listOperationsSchema, operationSchema } from "#contracts/operations/operation.ts";
import { spaceProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { cancelOperation } from "./cancel-operation.ts";
import { getOperation, listOperations } from "./list-operations.ts";

/** Progress is pushed over `changes.watch`. */
export const operationsRouter = router({
  list: spaceProcedure("operation:read")
    .input(listOperationsSchema)
    .output(z.array(operationSchema))
    .query(({ ctx }) => listOperations(ctx)),
  get: spaceProcedure("operation:read")
    .input(getOperationSchema)
    .output(operationSchema)
    .query(({ ctx, input }) => getOperation(ctx, input)),
  cancel: spaceProcedure("operation:cancel")
    .input(getOperationSchema)
    .output(operationSchema)
    .mutation(({ ctx, input }) => cancelOperation(ctx, input)),
});
