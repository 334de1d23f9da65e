import { spaceSchema } from "#contracts/spaces/space.ts";
import { spaceProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { getSpace } from "./get-space.ts";

export const spacesRouter = router({
  get: spaceProcedure("space:read").output(spaceSchema).query(({ ctx }) => getSpace(ctx)),
});
