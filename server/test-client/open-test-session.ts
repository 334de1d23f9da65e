import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { takesMessages } from "#contracts/addresses/address-type.ts";
import { PostroomError } from "#contracts/errors.ts";
import { spaceId } from "#contracts/naming.ts";
import { refusalOf } from "#contracts/phases.ts";
import {
  ticketAlgorithm,
  ticketAudience,
  ticketIssuer,
  ticketLoginSeconds,
  ticketSessionSeconds,
  type TestSession,
  type TicketClaims,
} from "#contracts/test-client/ticket.ts";
import { requireAddress } from "../addresses/get-address.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Env } from "../env.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { noteTestSession } from "./queries.ts";

/**
 * A ticket with which the caller's browser can send to and receive from one address (a subscription: receive), logging in once and
 * soon. The login is noted, so that the provisioner ends what comes of it when the login ends.
 * @throws PostroomError `not-found`, `phase-forbids` while the address is not Active, `unavailable` without a WebSocket entrance
 */
export async function openTestSession(ctx: SpaceContext, input: { name: string }): Promise<TestSession> {
  const webSocketUrl = requireWebSocketUrl(ctx.services.env);
  await ctx.person.confirmLogin({ atOnce: true });
  const nowSeconds = Math.floor(Date.now() / 1000);
  const sessionEndsAtSeconds = nowSeconds + ticketSessionSeconds;
  const address = await ctx.inTenant(async (client) => {
    const found = await requireAddress(client, ctx, input.name);
    const refusal = refusalOf("send-and-receive", found.phase);
    if (refusal) throw new PostroomError({ code: "phase-forbids", message: refusal });
    await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
      action: "message:test",
      objectType: "address",
      objectName: `${ctx.space.slug}/${found.name}`,
    });
    await noteTestSession(client, ctx, new Date(sessionEndsAtSeconds * 1000));
    return found;
  });
  const login = ctx.person.email;
  const claims: TicketClaims = {
    iss: ticketIssuer,
    aud: ticketAudience,
    sub: login,
    jti: randomUUID(),
    iat: nowSeconds,
    exp: nowSeconds + ticketLoginSeconds,
    space: spaceId(ctx.tenant.slug, ctx.space.slug),
    session_ends_at: sessionEndsAtSeconds,
    login_session: ctx.person.loginSessionId ?? "",
    permissions: [{ operations: takesMessages(address.type) ? ["send", "recv"] : ["recv"], pattern: address.name }],
  };
  const ticket = await new SignJWT({ ...claims }).setProtectedHeader({ alg: ticketAlgorithm, typ: "JWT" }).sign(ctx.services.ticketKey);
  return {
    webSocketUrl,
    login,
    ticket,
    loginBefore: new Date(claims.exp * 1000).toISOString(),
    sessionEndsAt: new Date(claims.session_ends_at * 1000).toISOString(),
  };
}

/** A page from https may not open plain WebSockets; a page from http would stumble over a self-signed certificate. */
function requireWebSocketUrl(env: Env): string {
  const plain = env.WEBSOCKET_PUBLIC_URL;
  const secure = env.SECURE_WEBSOCKET_PUBLIC_URL;
  const url = env.CONSOLE_URL.startsWith("https:") ? secure : (plain ?? secure);
  if (url) return url;
  throw new PostroomError({
    code: "unavailable",
    message: "This installation has no WebSocket entrance that a browser can use, so addresses cannot be tried from here. Use any AMQP client, as the Connect tab shows.",
  });
}
