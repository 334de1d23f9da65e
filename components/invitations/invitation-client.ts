import { createTRPCClient, httpLink } from "@trpc/client";
import type { AppRouter } from "#server/trpc/app-router.ts";

const requestTimeoutMs = 20_000;
const tokenSlot = "postroom.invitation";

/** The part of the API that needs no login: an invitation is shown to whoever holds its link. */
export const invitationClient = createTRPCClient<AppRouter>({
  links: [httpLink({ url: "/api/trpc", fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(requestTimeoutMs) } as RequestInit) })],
}).invitations;

/** The token behind the # of the page's address, which goes to no server with it. */
export function tokenInAddress(): string {
  return location.hash.slice(1);
}

/** Keeps the token through the login, in this tab only. */
export function keepToken(token: string): void {
  sessionStorage.setItem(tokenSlot, token);
}

/** The token that was kept; it stays until the invitation is accepted. */
export function keptToken(): string | null {
  return sessionStorage.getItem(tokenSlot);
}

export function forgetToken(): void {
  sessionStorage.removeItem(tokenSlot);
}
