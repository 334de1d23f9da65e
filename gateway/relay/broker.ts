import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { SocketStream } from "../transport/socket-stream.ts";

/** A broker as `BROKER_URLS` names it. */
export interface Broker {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly isEncrypted: boolean;
  readonly username: string;
  readonly password: string;
}

/**
 * Reads `name=amqp://user:password@host:port`, comma separated.
 *
 * @throws Error with the name of the broker whose URL is wrong, never with its password
 */
export function parseBrokers(text: string): Broker[] {
  return text.split(",").map((part) => part.trim()).filter((part) => part !== "").map((part) => {
    const divider = part.indexOf("=");
    const name = part.slice(0, divider);
    const url = URL.parse(part.slice(divider + 1));
    if (divider < 1 || url === null || !["amqp:", "amqps:"].includes(url.protocol)) {
      throw new Error(`The broker ${divider < 1 ? "without a name" : name} needs a URL like amqp://user:password@host:5672.`);
    }
    const isEncrypted = url.protocol === "amqps:";
    return {
      name,
      host: url.hostname,
      port: url.port === "" ? (isEncrypted ? 5671 : 5672) : Number(url.port),
      isEncrypted,
      username: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
    };
  });
}

/** Opens a connection to a broker; what is written before it stands waits. */
export function connectBroker(broker: Broker): SocketStream {
  const { host, port } = broker;
  if (broker.isEncrypted) return SocketStream.secure(openSocket(broker), "upstream");
  return SocketStream.connecting((onread) => connect({ host, port, onread }), "upstream");
}

function openSocket({ isEncrypted, host, port }: Broker): Socket {
  return isEncrypted ? connectTls({ host, port, servername: host, minVersion: "TLSv1.2" }) : connect({ host, port });
}

/** Tells whether a broker takes connections, within a time limit in ms. @returns null, or why not */
export function probeBroker(broker: Broker, timeoutMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = openSocket(broker);
    const finish = (reason: string | null): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(timeoutMs, () => finish(`Broker ${broker.name} does not answer.`));
    socket.once(broker.isEncrypted ? "secureConnect" : "connect", () => finish(null));
    socket.once("error", () => finish(`Broker ${broker.name} cannot be reached.`));
  });
}
