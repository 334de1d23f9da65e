import { describe, expect, it } from "vitest";
import { contentSecurityPolicy } from "./content-security-policy.ts";

const origins = { KEYCLOAK_URL: "https://login.example/auth", WEBSOCKET_PUBLIC_URL: null, SECURE_WEBSOCKET_PUBLIC_URL: "wss://messages.example:8443/amqp" };

describe("content security policy", () => {
  it("lets no script run without the nonce, inline or evaluated", () => {
    const policy = contentSecurityPolicy("bm9uY2U=", origins, false);
    expect(policy).toContain("script-src 'self' 'nonce-bm9uY2U=' 'strict-dynamic';");
    expect(policy).not.toContain("unsafe-eval");
    expect(policy.match(/[a-z-]+ [^;]*'unsafe-inline'/g)).toEqual(["style-src 'self' 'unsafe-inline'"]);
  });

  it("lets the page talk to the console, the login service and the open entrances only", () => {
    expect(contentSecurityPolicy("bm9uY2U=", origins, false)).toContain("connect-src 'self' https://login.example wss://messages.example:8443;");
  });

  it("falls back to nothing, and keeps the page out of frames", () => {
    const policy = contentSecurityPolicy("bm9uY2U=", origins, false).split("; ");
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]));
  });
});
