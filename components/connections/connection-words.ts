import type { ClientEvent, ClientEventKind } from "#contracts/connections/client-event.ts";
import type { ConnectionProtocol } from "#contracts/connections/connection.ts";
import { counted, formatExact } from "#components/feedback/format.ts";

export const protocolWords: Record<ConnectionProtocol, string> = { amqp: "AMQP", amqps: "AMQPS", websocket: "WebSocket", mqtt: "MQTT", mqtts: "MQTTS" };

export const eventKindWords: Record<ClientEventKind, string> = {
  connected: "Connected",
  "login-refused": "Login refused",
  "connection-refused": "Connection refused",
  attached: "Attached",
  "attach-refused": "Attach refused",
  detached: "Detached",
  closed: "Closed",
  "message-rejected": "Messages rejected",
  "message-refused": "Messages refused",
  "events-dropped": "Not written down",
};

/** The application's own name for itself, of a login `<tenant>.<space>.<name>`; e-mail addresses as they are. */
export function loginName({ login, isPerson }: { readonly login: string; readonly isPerson: boolean }): string {
  return isPerson ? login : login.split(".").slice(2).join(".") || login;
}

/** Program and version in one word; empty when the client says neither. */
export function productWords({ product, version }: { readonly product: string; readonly version: string }): string {
  return [product, version].filter((word) => word !== "").join(" ");
}

/** What happened, as a sentence. */
export function eventSentence({ kind, role, address, count, condition, text }: ClientEvent): string {
  const why = [condition, text].filter((word) => word !== "").join(": ");
  const because = why === "" ? "" : ` ${why}`;
  const at = address === "" ? "" : ` ${role === "receiver" ? "from" : "to"} ${address}`;
  switch (kind) {
    case "connected":
      return "Logged in and was let in.";
    case "closed":
      return why === "" ? "The connection ended." : why;
    case "attached":
      return role === "receiver" ? `Receives${at}.` : `Sends${at}.`;
    case "detached":
      return `${role === "receiver" ? "Receives" : "Sends"} no more${at}.${because}`;
    case "attach-refused":
      return `Wanted to ${role === "receiver" ? "receive" : "send"}${at}.${because}`;
    case "message-rejected":
      return `Rejected ${counted(count, "message")}${at}.${because}`;
    case "message-refused":
      return `${counted(count, "message")}${at} ${count === 1 ? "was" : "were"} not taken.${because}`;
    case "events-dropped":
      return `${formatExact(count)} more happened in this space than are kept.`;
    default:
      return why;
  }
}
