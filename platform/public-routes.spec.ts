import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectDirectory } from "./profile.ts";

/** What the console answers to anybody without a login, beside its pages, and why it may. */
const publicRoutes: Readonly<Record<string, string>> = {
  "api/certificate/route.ts": "the gateway's certificate, which its TLS entrance shows to everybody who connects",
  "api/config/route.ts": "where to log in",
  "api/health/route.ts": "how the parts are, without addresses and secrets",
  "api/health/live/route.ts": "whether the process works",
  "login/keycloak.js/route.ts": "keycloak-js as it is published",
};
/** Its procedures declare who may call them: server/trpc/isolation-matrix.int.spec.ts. */
const procedures = "api/trpc/[trpc]/route.ts";

it("every route that answers without a login is public on purpose", async () => {
  const files = await readdir(join(projectDirectory, "app"), { recursive: true });
  const routes = files.filter((file) => /(^|\/)route\.tsx?$/.test(file));
  expect(routes.sort()).toEqual([...Object.keys(publicRoutes), procedures].sort());
});
