/** Descriptor codes of AMQP 1.0 (part 2: transport, part 3: messaging, part 4: transactions, part 5: security). */
export const code = {
  open: 0x10,
  begin: 0x11,
  attach: 0x12,
  flow: 0x13,
  transfer: 0x14,
  disposition: 0x15,
  detach: 0x16,
  end: 0x17,
  close: 0x18,
  error: 0x1d,
  received: 0x23,
  accepted: 0x24,
  rejected: 0x25,
  released: 0x26,
  modified: 0x27,
  source: 0x28,
  target: 0x29,
  coordinator: 0x30,
  transactionalState: 0x34,
  saslMechanisms: 0x40,
  saslInit: 0x41,
  saslChallenge: 0x42,
  saslResponse: 0x43,
  saslOutcome: 0x44,
  messageProperties: 0x73,
  applicationProperties: 0x74,
  amqpValue: 0x77,
} as const;

export const frameType = { amqp: 0, sasl: 1 } as const;

export const saslOutcome = { ok: 0, refused: 1, system: 2, permanent: 3, temporary: 4 } as const;

/** Error conditions of the specification that the gateway uses. */
export const condition = {
  internalError: "amqp:internal-error",
  notFound: "amqp:not-found",
  unauthorizedAccess: "amqp:unauthorized-access",
  decodeError: "amqp:decode-error",
  resourceLimitExceeded: "amqp:resource-limit-exceeded",
  notAllowed: "amqp:not-allowed",
  invalidField: "amqp:invalid-field",
  notImplemented: "amqp:not-implemented",
  resourceLocked: "amqp:resource-locked",
  resourceDeleted: "amqp:resource-deleted",
  illegalState: "amqp:illegal-state",
  connectionForced: "amqp:connection:forced",
  framingError: "amqp:connection:framing-error",
  windowViolation: "amqp:session:window-violation",
  erroneousLink: "amqp:session:errant-link",
  handleInUse: "amqp:session:handle-in-use",
  unattachedHandle: "amqp:session:unattached-handle",
  stolen: "amqp:link:stolen",
  detachForced: "amqp:link:detach-forced",
  transferLimitExceeded: "amqp:link:transfer-limit-exceeded",
  messageSizeExceeded: "amqp:link:message-size-exceeded",
} as const;

export const amqpHeader = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 1, 0, 0]);
export const saslHeader = Buffer.from([0x41, 0x4d, 0x51, 0x50, 3, 1, 0, 0]);
export const protocolHeaderBytes = 8;
