import { hash, randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { decodeJwt } from "jose/jwt/decode";
import { ticketIssuer } from "#contracts/test-client/ticket.ts";
import type { CredentialEntry, Directory } from "../directory/directory.ts";
import { type Identity, type LoginResult, refused, unavailable } from "./identity.ts";
import { type Keycloak, KeycloakUnavailable, LoginRefused } from "./keycloak.ts";
import { failureDelayMs, LoginGate } from "./login-gate.ts";
import type { Tickets } from "./tickets.ts";

/** How long a secret that passed is taken without asking Keycloak again: less than the minute within which who is out there is out here. */
const rememberedMs = 45_000;
/** How long others' failures from its address do not keep a secret that passed from being checked. */
const knownMs = 60 * 60_000;
const maxRemembered = 10_000;

/** What a client shows: login and secret, or a token. */
export type Proof =
  | { readonly kind: "secret"; readonly login: string; readonly secret: string }
  | { readonly kind: "token"; readonly login: string; readonly token: string };

interface Remembered {
  readonly credential: CredentialEntry;
  readonly settings: CredentialEntry["settings"];
  readonly passedAtMs: number;
}

/** Turns what a client shows into an {@link Identity}. Only logins that the management has told exist here. */
export class Authenticator {
  readonly #directory: Directory;
  readonly #keycloak: Keycloak;
  readonly #tickets: Tickets | null;
  readonly #gate = new LoginGate();
  /** Secrets that passed lately, as keyed hashes, so that a crowd that reconnects does not all ask Keycloak. */
  readonly #remembered = new Map<string, Remembered>();
  readonly #hashKey = randomBytes(32).toString("base64");

  constructor(directory: Directory, keycloak: Keycloak, tickets: Tickets | null) {
    this.#directory = directory;
    this.#keycloak = keycloak;
    this.#tickets = tickets;
  }

  /**
   * Checks a login. A refusal is delayed and counted against its source; who was refused too often is refused unread, but for
   * a secret that has passed here lately: nobody guesses that one, and it must not suffer from who shares its address.
   *
   * @param source the client's network address
   */
  async login(proof: Proof, source: string): Promise<LoginResult> {
    const isTurnedAway = this.#gate.waitMs(source, proof.login) > 0 && !this.#isKnown(proof);
    const result = isTurnedAway ? refused("Too many logins from here have failed.") : await this.#check(proof);
    if (result.identity === null) {
      if (!result.isOurFault && !isTurnedAway) this.#gate.failed(source, proof.login);
      await delay(failureDelayMs, undefined, { ref: false });
    }
    return result;
  }

  #isKnown(proof: Proof): boolean {
    if (proof.kind !== "secret") return false;
    const remembered = this.#remembered.get(this.#keyOf(proof.login, proof.secret));
    return remembered !== undefined && Date.now() - remembered.passedAtMs < knownMs;
  }

  #keyOf(login: string, secret: string): string {
    return hash("sha256", `${this.#hashKey}\0${login}\0${secret}`, "base64");
  }

  async #check(proof: Proof): Promise<LoginResult> {
    try {
      return proof.kind === "secret" ? await this.#checkSecret(proof.login, proof.secret) : await this.#checkToken(proof.login, proof.token);
    } catch (error) {
      if (error instanceof LoginRefused) return refused(error.message);
      if (error instanceof KeycloakUnavailable) return unavailable(error.message);
      throw error;
    }
  }

  async #checkSecret(login: string, secret: string): Promise<LoginResult> {
    const credential = this.#directory.credentials.get(login);
    if (credential === undefined) return refused("The login is not known.");
    const secretHash = hash("sha256", secret, "base64");
    const { previousSecretHash, previousSecretUntilMs } = credential.settings;
    if (secretHash === previousSecretHash && Date.now() < previousSecretUntilMs) return { identity: this.#identityOf(login, credential, null, secretHash) };
    const key = this.#keyOf(login, secret);
    const remembered = this.#remembered.get(key);
    if (remembered !== undefined && remembered.credential === credential && remembered.settings.generation === credential.settings.generation && Date.now() - remembered.passedAtMs < rememberedMs) {
      return { identity: this.#identityOf(login, credential, null, secretHash) };
    }
    const token = await this.#keycloak.grant(login, secret);
    if (token.azp !== login || this.#directory.credentials.get(login) !== credential) return refused("The login was revoked.");
    this.#remember(key, { credential, settings: credential.settings, passedAtMs: Date.now() });
    return { identity: this.#identityOf(login, credential, null, secretHash) };
  }

  #remember(key: string, remembered: Remembered): void {
    this.#remembered.delete(key);
    if (this.#remembered.size >= maxRemembered) this.#remembered.delete(this.#remembered.keys().next().value!);
    this.#remembered.set(key, remembered);
  }

  async #checkToken(login: string, token: string): Promise<LoginResult> {
    if (isTicket(token)) return this.#checkTicket(token);
    const verified = await this.#keycloak.verify(token);
    if (login !== "" && login !== verified.azp) return refused("The token was issued to another login.");
    const credential = this.#directory.credentials.get(verified.azp);
    if (credential === undefined) return refused("The token's login is not known.");
    return { identity: this.#identityOf(verified.azp, credential, verified.expiresAtMs, null) };
  }

  async #checkTicket(token: string): Promise<LoginResult> {
    if (this.#tickets === null) return refused("This gateway takes no tickets.");
    const claims = await this.#tickets.redeem(token);
    const space = this.#directory.spaces.get(claims.space);
    if (space === undefined) return refused("The ticket's address space is not known.");
    return {
      identity: { login: claims.sub, space, credential: null, ticketPermissions: claims.permissions, secretHash: null, loginSession: claims.login_session, endsAtMs: claims.session_ends_at * 1000 },
    };
  }

  #identityOf(login: string, credential: CredentialEntry, endsAtMs: number | null, secretHash: string | null): Identity {
    const space = this.#directory.spaces.get(credential.settings.space)!;
    return { login, space, credential, ticketPermissions: [], secretHash, loginSession: "", endsAtMs };
  }
}

/** Which of our two kinds of token it says it is; believed only after its signature is checked. */
function isTicket(token: string): boolean {
  try {
    return decodeJwt(token).iss === ticketIssuer;
  } catch {
    return false;
  }
}
