import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ManagementEndpoint } from "./management-client.ts";

/**
 * Opens the connection to a part: for `amqps` by TLS 1.2 or newer, whose certificate has to name the host and to come from an
 * authority that Node trusts (`NODE_EXTRA_CA_CERTS` adds one).
 * @param onOpen called when data may be written
 */
export function openSocket({ host, port, isEncrypted }: Pick<ManagementEndpoint, "host" | "port" | "isEncrypted">, onOpen: () => void): Socket {
  return isEncrypted === true ? connectTls({ host, port, minVersion: "TLSv1.2" }, onOpen).setNoDelay(true) : connect({ host, port, noDelay: true }, onOpen);
}
