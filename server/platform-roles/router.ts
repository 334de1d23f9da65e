import { z } from "zod";
import { platformPersonSchema, setPlatformRolesSchema } from "#contracts/platform-roles/platform-person.ts";
import { platformProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { listPlatformPeople, setPlatformRoles } from "./manage-platform-roles.ts";

export const platformRolesRouter = router({
  list: platformProcedure("platform-role:read").output(z.array(platformPersonSchema)).query(({ ctx }) => listPlatformPeople(ctx)),
  set: platformProcedure("platform-role:update")
    .input(setPlatformRolesSchema)
    .output(platformPersonSchema)
    .mutation(({ ctx, input }) => setPlatformRoles(ctx, input)),
});
