import { z } from "zod";

/** Answer of a process' `/health`: 200 when ready, 503 when not. `reason` is for people and names no secret. */
export const healthSchema = z.object({
  live: z.boolean(),
  ready: z.boolean(),
  parts: z.record(z.string(), z.object({ ok: z.boolean(), reason: z.string().optional() })),
});
export type Health = z.infer<typeof healthSchema>;
