import { code } from "./codes.ts";
import type { FieldList } from "./field-list.ts";
import { decodeError } from "./amqp-error.ts";
import { AmqpSymbol, DescribedList, encode, SymbolArray, Unsigned } from "./value-writer.ts";

export interface SaslInit {
  readonly mechanism: string;
  readonly initialResponse: Buffer | null;
}

export function readSaslInit(fields: FieldList): SaslInit {
  const mechanism = fields.symbol(0);
  if (mechanism === null) throw decodeError("A SASL init must name its mechanism.");
  return { mechanism, initialResponse: fields.binary(1) };
}

export function encodeSaslMechanisms(mechanisms: readonly string[]): Buffer {
  return encode(new DescribedList(code.saslMechanisms, [new SymbolArray(mechanisms)]));
}

export function encodeSaslInit(mechanism: string, initialResponse: Buffer, hostname: string): Buffer {
  return encode(new DescribedList(code.saslInit, [new AmqpSymbol(mechanism), initialResponse, hostname]));
}

export function encodeSaslChallenge(challenge: Buffer): Buffer {
  return encode(new DescribedList(code.saslChallenge, [challenge]));
}

export function encodeSaslOutcome(outcome: number): Buffer {
  return encode(new DescribedList(code.saslOutcome, [new Unsigned(outcome, "ubyte")]));
}
