import { z } from "zod";

/** Answer of `GET /api/config`, public: what the browser must know before anybody has logged in. */
export const publicConfigSchema = z.object({
  keycloakUrl: z.string(),
  realm: z.string(),
  clientId: z.string(),
  consoleUrl: z.string(),
});
export type PublicConfig = z.infer<typeof publicConfigSchema>;
