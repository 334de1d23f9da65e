import type { CryptoKey } from "jose";
import { jwtVerify } from "jose/jwt/verify";
import { importSPKI } from "jose/key/import";
import { ticketAlgorithm, ticketAudience, type TicketClaims, ticketClaimsSchema, ticketIssuer } from "#contracts/test-client/ticket.ts";
import { LoginRefused } from "./keycloak.ts";

const maxRemembered = 100_000;

/** Verifies the test client's tickets and lets each in once. */
export class Tickets {
  readonly #key: CryptoKey;
  /** Ids of used tickets and when they expire, ms, oldest first. */
  readonly #used = new Map<string, number>();

  readonly #now: () => number;

  private constructor(key: CryptoKey, now: () => number) {
    this.#key = key;
    this.#now = now;
  }

  /**
   * @param publicKey PEM of the console's Ed25519 key
   * @param now milliseconds since the epoch; the machine's clock unless a test moves it
   */
  static async create(publicKey: string, now: () => number = Date.now): Promise<Tickets> {
    return new Tickets(await importSPKI(publicKey, ticketAlgorithm), now);
  }

  /** @throws LoginRefused when it is expired, not the console's, or used already */
  async redeem(ticket: string): Promise<TicketClaims> {
    const claims = await this.#verify(ticket);
    this.#forgetExpired();
    if (this.#used.has(claims.jti)) throw new LoginRefused("The ticket was used already.");
    if (this.#used.size >= maxRemembered) throw new LoginRefused("Too many tickets are in use.");
    this.#used.set(claims.jti, claims.exp * 1000);
    return claims;
  }

  async #verify(ticket: string): Promise<TicketClaims> {
    try {
      const { payload } = await jwtVerify(ticket, this.#key, { currentDate: new Date(this.#now()), issuer: ticketIssuer, audience: ticketAudience, algorithms: [ticketAlgorithm] });
      return ticketClaimsSchema.parse(payload);
    } catch (cause) {
      throw new LoginRefused("The ticket is not valid.", { cause });
    }
  }

  #forgetExpired(): void {
    const now = this.#now();
    for (const [id, expiresAtMs] of this.#used) {
      if (expiresAtMs > now) break;
      this.#used.delete(id);
    }
  }
}
