import type { Env } from "../env.ts";

type Origins = Pick<Env, "KEYCLOAK_URL" | "WEBSOCKET_PUBLIC_URL" | "SECURE_WEBSOCKET_PUBLIC_URL">;

/**
 * The content security policy of a page: scripts run only with its nonce or when such a script loads them, and the page
 * talks only to the console, the login service and the gateway. Styles may stand inline, for PatternFly positions with them.
 * @param nonce random, new for each answer, base64
 * @param isDevelopment allows the evaluation that hot reload needs
 * @see https://www.w3.org/TR/CSP3/#strict-dynamic-usage
 */
export function contentSecurityPolicy(nonce: string, origins: Origins, isDevelopment: boolean): string {
  const sockets = [origins.WEBSOCKET_PUBLIC_URL, origins.SECURE_WEBSOCKET_PUBLIC_URL].flatMap((url) => (url === null ? [] : [new URL(url).origin]));
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", new URL(origins.KEYCLOAK_URL).origin, ...sockets].join(" ")}`,
    "object-src 'none'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
