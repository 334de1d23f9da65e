import { createHash, timingSafeEqual } from "node:crypto";
import type { AttachFrame } from "../amqp/performatives.ts";
import { AmqpConnection } from "../engine/connection.ts";
import type { ConnectionHost, ConnectionLimits } from "../engine/connection-host.ts";
import type { Session } from "../engine/session.ts";
import type { Proof } from "../policy/authenticator.ts";
import { type Identity, refused } from "../policy/identity.ts";
import { SaslServer } from "../policy/sasl-server.ts";
import type { ByteStream } from "../transport/byte-stream.ts";
import { ManagementNode } from "./management-node.ts";
import type { ManagementOperations } from "./operations.ts";

export const managementLimits: ConnectionLimits = {
  maxFrameBytes: 1024 * 1024,
  channelMax: 15,
  handleMax: 255,
  maxLinks: 256,
  idleTimeoutMs: 30_000,
  handshakeMs: 10_000,
  closeMs: 2000,
};

/** Somebody has logged in; management has no spaces and its login no permissions but this. */
const operator = {} as Identity;

/** A connection of the provisioner to the internal listener. */
export class ManagementConnection implements ConnectionHost {
  readonly amqp: AmqpConnection;
  readonly handshake: SaslServer;
  readonly #node: ManagementNode;
  readonly #onOver: (connection: ManagementConnection) => void;

  constructor(
    stream: ByteStream,
    login: { readonly username: string; readonly password: string },
    operations: ManagementOperations,
    onOver: (connection: ManagementConnection) => void,
  ) {
    this.#onOver = onOver;
    this.#node = new ManagementNode((request) => operations.answer(request));
    this.amqp = new AmqpConnection(stream, managementLimits, () => this);
    this.amqp.share = null;
    this.handshake = new SaslServer(this.amqp, {
      mechanisms: ["PLAIN"],
      login: async (proof: Proof) =>
        proof.kind === "secret" && isEqual(proof.login, login.username) && isEqual(proof.secret, login.password)
          ? { identity: operator }
          : refused("The management login is wrong."),
      onLogin: () => 0,
      onRefused: () => {},
      onProtocolError: () => {},
    });
    this.amqp.start();
  }

  onOpen(): void {
    this.amqp.sendOpen({ containerId: "postroom-management" });
  }

  onAttach(session: Session, attach: AttachFrame): void {
    this.#node.attach(session, attach);
  }

  onSessionEnded(): void {}

  onGone(): void {
    this.#onOver(this);
  }

  onCongestion(isCongested: boolean): void {
    if (isCongested) this.amqp.pauseReading();
    else this.amqp.resumeReading();
  }
}

/** Compares without telling by its time where the difference is. */
function isEqual(one: string, other: string): boolean {
  return timingSafeEqual(hashOf(one), hashOf(other));
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
