import { AmqpError } from "../amqp/amqp-error.ts";
import { code, condition, frameType, saslHeader } from "../amqp/codes.ts";
import { FieldList } from "../amqp/field-list.ts";
import { encodeSaslInit } from "../amqp/sasl-frames.ts";
import type { Handshake } from "../engine/connection-host.ts";
import type { ByteStream } from "../transport/byte-stream.ts";

interface BrokerLogin {
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
}

/** Our login at a broker: SASL PLAIN, straight to the stream, while the frames of the connection gather behind it. */
export class SaslClient implements Handshake {
  readonly #stream: ByteStream;
  readonly #login: BrokerLogin;
  readonly #onHeaderExpected: () => void;
  readonly #onPassed: () => void;
  #isPassed = false;

  constructor(stream: ByteStream, login: BrokerLogin, onHeaderExpected: () => void, onPassed: () => void) {
    this.#stream = stream;
    this.#login = login;
    this.#onHeaderExpected = onHeaderExpected;
    this.#onPassed = onPassed;
  }

  start(): void {
    this.#stream.write([saslHeader], ignore);
  }

  onProtocolHeader(protocolId: number, isVersion1: boolean): void {
    if (!isVersion1 || protocolId !== (this.#isPassed ? 0 : 3)) throw new AmqpError(condition.notImplemented, "The broker speaks another protocol.");
  }

  onSaslFrame(buffer: Buffer, start: number, end: number): void {
    const fields = FieldList.read(buffer, start, end);
    if (fields.descriptor === code.saslMechanisms) {
      if (!fields.symbols(0).includes("PLAIN")) throw new AmqpError(condition.notAllowed, "The broker offers no SASL PLAIN.");
      const { username, password, hostname } = this.#login;
      const body = encodeSaslInit("PLAIN", Buffer.from(`\0${username}\0${password}`), hostname);
      const header = Buffer.from([0, 0, 0, 0, 2, frameType.sasl, 0, 0]);
      header.writeUInt32BE(8 + body.length);
      this.#stream.write([Buffer.concat([header, body])], ignore);
      return;
    }
    if (fields.descriptor === code.saslOutcome) {
      if (fields.unsigned(0) !== 0) throw new AmqpError(condition.unauthorizedAccess, "The broker does not accept the gateway's login.");
      this.#isPassed = true;
      this.#onHeaderExpected();
      this.#onPassed();
      return;
    }
    throw new AmqpError(condition.illegalState, "A SASL frame came out of turn.");
  }
}

function ignore(): void {}
