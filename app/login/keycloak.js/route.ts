import { readFile } from "node:fs/promises";

export const dynamic = "force-static";

/** keycloak-js as it is published, read when the console is built; the login page (`components/auth/login-page.ts`) loads nothing else. */
export async function GET(): Promise<Response> {
  const text = await readFile("node_modules/keycloak-js/lib/keycloak.js", "utf8");
  return new Response(text, { headers: { "content-type": "text/javascript; charset=utf-8" } });
}
