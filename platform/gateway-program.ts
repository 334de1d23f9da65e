import { join } from "node:path";
import { projectDirectory } from "./profile.ts";

/**
 * What Node is started with to run a gateway, as `npm run gateway` does. A small nursery, and an old generation that is collected at
 * 16 MB and then whenever it has grown by a fifth, keep the garbage of logins and attaches small: 20 to 30 kB less for each
 * connection, at no cost in speed that could be measured (docs/gateway-speed.md).
 */
export const gatewayProgram = ["--max-semi-space-size=2", "--initial-old-space-size=16", "--heap-growing-percent=20", join(projectDirectory, "gateway", "main.mjs")] as const;
