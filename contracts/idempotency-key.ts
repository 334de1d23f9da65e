import { z } from "zod";

/** Chosen by who asks, one for each thing that is wanted; sent again with the same request it is answered the same, for a day. */
export const idempotencyKeySchema = z.object({ idempotencyKey: z.uuid("An idempotency key is a UUID.").optional() });
