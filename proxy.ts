import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { loginExpectedCookie } from "#components/auth/login-answer.ts";
import { paths } from "#contracts/paths.ts";
import { loginPage } from "#components/auth/login-page.ts";
import { env } from "#server/env.ts";
import { contentSecurityPolicy } from "#server/http/content-security-policy.ts";
import { publicConfig } from "#server/http/public-config.ts";

/** Pages only: the API, the built files and the login page's script need neither a nonce nor a login. */
export const config = { matcher: "/((?!api/|_next/|login/|icon.svg).*)" };

/** Pages for people who have no login yet. */
const openPages: ReadonlySet<string> = new Set([paths.invitation()]);

/**
 * Runs before each page: answers somebody who is not on the way back from the login service with the login page, and gives
 * every page a content security policy with a nonce of its own.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = randomBytes(16).toString("base64");
  const policy = contentSecurityPolicy(nonce, env(), process.env.NODE_ENV === "development");
  const isDocument = request.headers.get("accept")?.includes("text/html") === true;
  const isExpected = request.cookies.has(loginExpectedCookie);
  const response = isDocument && !isExpected && !openPages.has(request.nextUrl.pathname) ? answerWithLoginPage(nonce) : answerWithConsole(request, nonce, policy);
  response.headers.set("content-security-policy", policy);
  response.headers.set("cache-control", "no-store");
  if (isDocument && isExpected) response.cookies.delete(loginExpectedCookie);
  return response;
}

function answerWithLoginPage(nonce: string): NextResponse {
  return new NextResponse(loginPage(publicConfig(env()), nonce), { headers: { "content-type": "text/html; charset=utf-8" } });
}

/** Next takes the nonce for its own scripts from the request's policy, the layout for its script from `x-nonce`. */
function answerWithConsole(request: NextRequest, nonce: string, policy: string): NextResponse {
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);
  return NextResponse.next({ request: { headers } });
}
