import { sessionSchema } from "#contracts/tenants/tenant.ts";
import { personProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { getSession } from "./get-session.ts";

export const sessionRouter = router({
  get: personProcedure.output(sessionSchema).query(({ ctx }) => getSession(ctx)),
});
