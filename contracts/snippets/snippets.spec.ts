import { describe, expect, it } from "vitest";
import type { SnippetTarget } from "./snippet.ts";
import { snippetsFor } from "./snippets.ts";

const target: SnippetTarget = {
  host: "mail.example",
  port: 5671,
  tls: true,
  address: "orders/eu",
  addressType: "queue",
  login: "acme.default.shop",
};

describe("snippets", () => {
  it("name host, port, address and login of the target, and read the secret from the environment", () => {
    for (const { code } of snippetsFor(target)) {
      expect(code).toContain("mail.example");
      expect(code).toContain("5671");
      expect(code).toContain(`"orders/eu"`);
      expect(code).toContain(`"acme.default.shop"`);
      expect(code).toContain("POSTROOM_SECRET");
    }
  });

  it("verify the server's certificate when TLS is asked for", () => {
    const [rhea, proton, jms, go] = snippetsFor(target);
    expect(rhea?.code).toContain(`ca: readFileSync("postroom.pem")`);
    expect(proton?.code).toContain("VERIFY_PEER_NAME");
    expect(jms?.code).toContain("trustStoreLocation=postroom.p12");
    expect(go?.code).toContain("RootCAs: roots");
  });

  it("only receive of a subscription", () => {
    for (const { code } of snippetsFor({ ...target, addressType: "subscription" })) {
      expect(code).toContain(`"orders/eu"`);
      expect(code).toContain("received");
      expect(code).not.toMatch(/Hello|send|accepted/i);
    }
  });

  it("say nothing of certificates without TLS", () => {
    for (const { code } of snippetsFor({ ...target, tls: false, port: 5672 })) expect(code).not.toMatch(/postroom\.(pem|p12)|SSL|crypto/);
  });
});
