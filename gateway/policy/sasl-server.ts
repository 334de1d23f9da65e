import { AmqpError } from "../amqp/amqp-error.ts";
import { amqpHeader, code, condition, frameType, saslHeader, saslOutcome } from "../amqp/codes.ts";
import { FieldList } from "../amqp/field-list.ts";
import { encodeSaslChallenge, encodeSaslMechanisms, encodeSaslOutcome, readSaslInit } from "../amqp/sasl-frames.ts";
import type { AmqpConnection } from "../engine/connection.ts";
import type { Handshake } from "../engine/connection-host.ts";
import type { Proof } from "./authenticator.ts";
import type { LoginResult } from "./identity.ts";

export interface SaslServerOptions {
  readonly mechanisms: readonly string[];
  login(proof: Proof): Promise<LoginResult>;
  /** Told with the identity before the outcome is sent. @returns for how long the client is not heard then, in ms */
  onLogin(result: Extract<LoginResult, { identity: object }>): number;
  onRefused(reason: string): void;
  /** Something other than a login came. */
  onProtocolError(): void;
}

/**
 * The server's side of a login: protocol headers, SASL with PLAIN, OAUTHBEARER (RFC 7628) or XOAUTH2, then AMQP. A connection
 * without SASL, of another version, or of another protocol gets the header we want and is ended (specification 2.2, 5.3.2).
 */
export class SaslServer implements Handshake {
  readonly #connection: AmqpConnection;
  readonly #options: SaslServerOptions;
  #state: "header" | "init" | "response" | "checking" | "passed" | "amqp" | "over" = "header";
  #mechanism = "";

  constructor(connection: AmqpConnection, options: SaslServerOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  onProtocolHeader(protocolId: number, isVersion1: boolean): void {
    if (this.#state === "passed" && protocolId === 0 && isVersion1) {
      this.#state = "amqp";
      this.#connection.sendHeader(amqpHeader);
      return;
    }
    if (this.#state === "header" && protocolId === 3 && isVersion1) {
      this.#state = "init";
      this.#connection.sendHeader(saslHeader);
      this.#connection.writeFrame(frameType.sasl, 0, encodeSaslMechanisms(this.#options.mechanisms));
      return;
    }
    const wanted = this.#state === "passed" ? amqpHeader : saslHeader;
    this.#state = "over";
    this.#options.onProtocolError();
    this.#connection.sendHeader(wanted);
    this.#connection.endAfterFlush();
  }

  onSaslFrame(buffer: Buffer, start: number, end: number): void {
    const fields = FieldList.read(buffer, start, end);
    if (this.#state === "init" && fields.descriptor === code.saslInit) {
      const init = readSaslInit(fields);
      this.#mechanism = init.mechanism;
      if (!this.#options.mechanisms.includes(init.mechanism)) return this.#refuse(saslOutcome.refused, `Mechanism ${init.mechanism} is not offered.`);
      if (init.initialResponse !== null) return this.#check(init.initialResponse);
      this.#state = "response";
      this.#connection.writeFrame(frameType.sasl, 0, encodeSaslChallenge(Buffer.alloc(0)));
      return;
    }
    if (this.#state === "response" && fields.descriptor === code.saslResponse) {
      const response = fields.binary(0);
      return this.#check(response ?? Buffer.alloc(0));
    }
    throw new AmqpError(condition.illegalState, "A SASL frame came out of turn.");
  }

  #check(response: Buffer): void {
    const proof = readProof(this.#mechanism, response);
    if (proof === null) {
      this.#options.onProtocolError();
      return this.#refuse(saslOutcome.refused, "The login was malformed or acted for another.");
    }
    this.#state = "checking";
    this.#connection.suspendFrames();
    this.#options.login(proof).then(
      (result) => this.#answer(result),
      () => this.#refuse(saslOutcome.system, "The login could not be checked."),
    );
  }

  #answer(result: LoginResult): void {
    if (this.#connection.state === "gone") return;
    if (result.identity === null) return this.#refuse(result.isOurFault ? saslOutcome.temporary : saslOutcome.refused, result.reason);
    this.#state = "passed";
    const waitMs = this.#options.onLogin(result);
    this.#connection.writeFrame(frameType.sasl, 0, encodeSaslOutcome(saslOutcome.ok));
    this.#connection.expectHeader();
    this.#connection.resumeFramesAfter(waitMs);
  }

  #refuse(outcome: number, reason: string): void {
    this.#state = "over";
    this.#options.onRefused(reason);
    this.#connection.writeFrame(frameType.sasl, 0, encodeSaslOutcome(outcome));
    this.#connection.endAfterFlush();
  }
}

/** What the client shows, or null when it is malformed or names another authorisation identity than its own. */
export function readProof(mechanism: string, response: Buffer): Proof | null {
  const text = response.toString("utf8");
  if (mechanism === "PLAIN") {
    const [authorization, login, secret, rest] = text.split("\0");
    if (login === undefined || secret === undefined || rest !== undefined || login === "") return null;
    return authorization === "" || authorization === login ? { kind: "secret", login, secret } : null;
  }
  const parts = text.split("\u0001");
  const token = parts.find((part) => part.startsWith("auth="))?.match(/^auth=Bearer ([\w.~+/=-]+)$/i)?.[1];
  if (token === undefined) return null;
  if (mechanism === "XOAUTH2") {
    const login = parts[0]?.match(/^user=(.*)$/s)?.[1];
    return login === undefined ? null : { kind: "token", login, token };
  }
  const login = parts[0]?.match(/^n,(?:a=([^,]*))?,$/)?.[1] ?? "";
  return { kind: "token", login: login.replaceAll("=2C", ",").replaceAll("=3D", "="), token };
}
