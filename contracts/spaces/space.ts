import { z } from "zod";
import { phases } from "../phases.ts";
import { quotaMeterSchema } from "../plans/plan.ts";

/** Where messaging clients connect; null when the operator has switched that entrance off. */
export const endpointsSchema = z.object({
  amqp: z.string().nullable(),
  amqps: z.string().nullable(),
  webSocket: z.string().nullable(),
  secureWebSocket: z.string().nullable(),
});
export type Endpoints = z.infer<typeof endpointsSchema>;

export const spaceSchema = z.object({
  slug: z.string(),
  name: z.string(),
  planName: z.string(),
  phase: z.enum(phases),
  quota: z.array(quotaMeterSchema),
  endpoints: endpointsSchema,
});
export type Space = z.infer<typeof spaceSchema>;
