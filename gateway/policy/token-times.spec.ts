import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ticketAlgorithm, ticketAudience, ticketIssuer } from "#contracts/test-client/ticket.ts";
import { Keycloak, LoginRefused } from "./keycloak.ts";
import { Tickets } from "./tickets.ts";

const issuedAt = 1_900_000_000;
let nowSeconds = issuedAt;
const now = () => nowSeconds * 1000;

async function outcome(checking: Promise<unknown>): Promise<string> {
  return checking.then(
    () => "accepted",
    (error: Error) => {
      if (error instanceof LoginRefused) return "refused";
      throw error;
    },
  );
}

describe("an access token at a gateway", () => {
  const keysServer = createServer();
  let keycloak: Keycloak;
  let sign: (times: { exp: number; nbf?: number }) => Promise<string>;

  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const body = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" }] });
    keysServer.on("request", (_request, response) => response.end(body)).listen(0, "127.0.0.1");
    await once(keysServer, "listening");
    const url = `http://127.0.0.1:${(keysServer.address() as AddressInfo).port}`;
    keycloak = new Keycloak(url, "test", now);
    sign = (times) => new SignJWT({ iss: `${url}/realms/test`, azp: "acme.default.shop", typ: "Bearer", iat: issuedAt, ...times }).setProtectedHeader({ alg: "ES256", kid: "k1" }).sign(privateKey);
  });
  afterAll(async () => {
    keysServer.closeAllConnections();
    keysServer.close();
    await once(keysServer, "close");
  });

  it.each([
    ["exp", -31, "refused"],
    ["exp", -30, "refused"],
    ["exp", -29, "accepted"],
    ["exp", 29, "accepted"],
    ["nbf", -31, "accepted"],
    ["nbf", 30, "accepted"],
    ["nbf", 31, "refused"],
  ])("with %s %i s from now is %s: 30 s are forgiven", async (claim, seconds, expected) => {
    nowSeconds = issuedAt;
    expect(await outcome(keycloak.verify(await sign({ exp: issuedAt + 300, [claim]: issuedAt + seconds })))).toBe(expected);
  });

  it("is refused once it is over by this machine's clock", async () => {
    const token = await sign({ exp: issuedAt + 300 });
    nowSeconds = issuedAt + 329;
    expect(await outcome(keycloak.verify(token))).toBe("accepted");
    nowSeconds = issuedAt + 330;
    expect(await outcome(keycloak.verify(token))).toBe("refused");
  });
});

describe("a ticket", () => {
  let tickets: Tickets;
  let issue: () => Promise<string>;

  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair(ticketAlgorithm, { crv: "Ed25519", extractable: true });
    tickets = await Tickets.create(await exportSPKI(publicKey), now);
    issue = () =>
      new SignJWT({ space: "acme.default", session_ends_at: issuedAt + 1_800, permissions: [{ operations: ["send"], pattern: "orders" }] })
        .setProtectedHeader({ alg: ticketAlgorithm }).setIssuer(ticketIssuer).setAudience(ticketAudience).setSubject("dev@acme.test").setJti(randomUUID())
        .setIssuedAt(issuedAt).setExpirationTime(issuedAt + 30).sign(privateKey);
  });

  it("lets in until its last second, and no longer", async () => {
    const [early, late] = await Promise.all([issue(), issue()]);
    nowSeconds = issuedAt + 29;
    expect(await outcome(tickets.redeem(early))).toBe("accepted");
    nowSeconds = issuedAt + 30;
    expect(await outcome(tickets.redeem(late))).toBe("refused");
  });

  it("lets in once, while and after it is remembered", async () => {
    const ticket = await issue();
    nowSeconds = issuedAt;
    expect(await outcome(tickets.redeem(ticket))).toBe("accepted");
    for (const seconds of [0, 29, 30, 3_600]) {
      nowSeconds = issuedAt + seconds;
      expect(await outcome(tickets.redeem(ticket)), `${seconds} s later`).toBe("refused");
    }
  });
});
