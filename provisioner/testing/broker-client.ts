import { once } from "node:events";
import rhea, { type Connection, type ConnectionOptions, type Delivery, type EventContext, type Message } from "rhea";
import type { NamedEndpoint } from "../env.ts";

/** A program at a broker, for tests. Its sends and settlements resolve when the broker has them. */
export interface BrokerClient extends AsyncDisposable {
  /** Sends so many, made by `make`, to a queue or topic. @returns how many the broker accepted */
  send(address: string, count: number, make: (number: number) => Message, kind?: "queue" | "topic"): Promise<number>;
  /** Sends these bytes as one message, whatever they are. */
  sendBytes(address: string, payload: Buffer): Promise<void>;
  /** Takes so many and settles each; resolves with what they held. */
  take(address: string, count: number, settle?: (delivery: Delivery) => void): Promise<Message[]>;
}

const windowSize = 500;

/** @throws Error when the broker does not let it in */
export async function connectBrokerClient({ host, port, username, password }: NamedEndpoint): Promise<BrokerClient> {
  const connection: Connection = rhea.create_container().connect({ host, port, username, password, reconnect: false } as ConnectionOptions);
  await once(connection, "connection_open");
  return {
    send: (address, count, make, kind = "queue") =>
      new Promise((resolve, reject) => {
        const sender = connection.open_sender({ target: { address, capabilities: [kind] } as never });
        let sent = 0;
        let settled = 0;
        let accepted = 0;
        const more = () => {
          while (sent < count && sent - settled < windowSize && sender.sendable()) sender.send(make(sent++));
        };
        const onSettled = (isAccepted: boolean) => {
          settled += 1;
          if (isAccepted) accepted += 1;
          if (settled < count) return more();
          sender.on("sender_close", () => resolve(accepted));
          sender.close();
        };
        sender.on("sendable", more);
        sender.on("accepted", () => onSettled(true));
        for (const outcome of ["rejected", "released", "modified"]) sender.on(outcome, () => onSettled(false));
        sender.on("sender_error", () => reject(new Error(`The broker takes nothing for ${address}: ${String(sender.error)}`)));
      }),
    sendBytes: async (address, payload) => {
      const sender = connection.open_sender({ target: { address, capabilities: ["queue"] } as never });
      await once(sender, "sendable");
      sender.send(payload, undefined, 0);
      await once(sender, "settled");
    },
    take: (address, count, settle = (delivery) => delivery.accept()) =>
      new Promise((resolve, reject) => {
        const receiver = connection.open_receiver({ source: { address }, autoaccept: false, credit_window: 0 });
        const taken: Message[] = [];
        receiver.on("receiver_open", () => receiver.add_credit(Math.min(count, windowSize)));
        let asked = Math.min(count, windowSize);
        receiver.on("message", ({ message, delivery }: EventContext) => {
          taken.push(message as Message);
          settle(delivery as Delivery);
          if (asked < count) {
            asked += 1;
            receiver.add_credit(1);
          }
          if (taken.length < count) return;
          receiver.on("receiver_close", () => resolve(taken));
          receiver.close();
        });
        receiver.on("receiver_error", () => reject(new Error(`The broker gives nothing from ${address}: ${String(receiver.error)}`)));
      }),
    [Symbol.asyncDispose]: async () => {
      const closed = once(connection, "connection_close");
      connection.close();
      await closed;
    },
  };
}
