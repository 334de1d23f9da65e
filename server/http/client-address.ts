import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

const header = "x-forwarded-for";
const maxAddressCharacters = 45;

/**
 * The address that a request came from: the peer of the connection, or, behind proxies of the operator, what the outermost of
 * them saw. Whatever a client writes into the header itself stands further left and is never looked at.
 * @param forwardedFor value of `X-Forwarded-For` as it arrived
 * @param peer address of the connection
 * @param trustedProxies how many proxies of the operator stand between the client and this process
 */
export function clientAddress(forwardedFor: string | undefined, peer: string | undefined, trustedProxies: number): string | undefined {
  const seen = [...(forwardedFor ?? "").split(",").map((each) => each.trim()).filter((each) => each !== ""), peer ?? ""];
  const address = seen.at(-1 - trustedProxies) ?? seen[0] ?? "";
  const plain = address.replace(/^::ffff:/, "");
  return /^[0-9A-Fa-f:.]+$/.test(plain) && plain.length <= maxAddressCharacters ? plain : undefined;
}

interface RequestStart {
  readonly request: IncomingMessage;
}

/**
 * Replaces `X-Forwarded-For` of every request to this process with the one address that is to be believed, before Next sees it:
 * route handlers do not know the connection.
 */
export function believeOneAddress(trustedProxies: number): void {
  subscribe("http.server.request.start", (message) => {
    const { request } = message as RequestStart;
    const forwardedFor = request.headers[header];
    const address = clientAddress(Array.isArray(forwardedFor) ? forwardedFor.join(",") : forwardedFor, request.socket.remoteAddress, trustedProxies);
    if (address === undefined) delete request.headers[header];
    else request.headers[header] = address;
  });
}

/** The address that {@link believeOneAddress} has put there. */
export function addressOf(headers: Headers): string | undefined {
  return headers.get(header) ?? undefined;
}
