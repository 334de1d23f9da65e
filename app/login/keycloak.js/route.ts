import { readFile } from "node:fs/promises";

const program = readFile("node_modules/keycloak-js/lib/keycloak.js", "utf8");

/** keycloak-js as it is published: the login page (`components/auth/login-page.ts`) loads nothing else, and the console takes it from the cache. */
export async function GET(): Promise<Response> {
  return new Response(await program, { headers: { "content-type": "text/javascript; charset=utf-8", "cache-control": "public, max-age=3600" } });
}
