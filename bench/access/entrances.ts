import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { createTRPCClient, httpLink } from "@trpc/client";
import rhea, { type ConnectionOptions } from "rhea";
import { WebSocket } from "ws";
import { personToken } from "#platform/person-token.ts";
import type { PlatformFile } from "#platform/platform-file.ts";
import type { AppRouter } from "#server/trpc/app-router.ts";
import { benchScope } from "../test-client/api.ts";

const askEveryMs = 50;
const giveUpMs = 180_000;

/** What somebody has open, by entrance: each resolves when that entrance is closed, with the time of `performance.now()`. */
export type Entrances = Readonly<Record<string, Promise<number>>>;

/** The console's API for whoever holds the token. */
export function apiWith(platform: PlatformFile, token: string) {
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${platform.env.console["CONSOLE_URL"]}/api/trpc`, headers: { authorization: `Bearer ${token}` } })] });
}
export type Api = ReturnType<typeof apiWith>;

/** Opens what a person has open at work: a page that asks the API, and the test client. */
export async function openAsPerson(platform: PlatformFile, email: string, password: string, address: string): Promise<Entrances> {
  const api = apiWith(platform, await personToken(platform, email, password));
  const { webSocketUrl, login, ticket } = await api.testClient.open.mutate({ ...benchScope, name: address });
  const open = rhea.websocket_connect(WebSocket as never)(webSocketUrl, ["amqp"], { origin: platform.env.console["CONSOLE_URL"] } as never);
  const { closed } = await connect({ connection_details: open, username: login, token: ticket } as never);
  return { API: refusal(api), WebSocket: closed };
}

/** Opens a program's connection. */
export async function openAsApplication(platform: PlatformFile, login: string, secret: string): Promise<Entrances> {
  const { hostname, port } = new URL(platform.env.console["AMQP_PUBLIC_URL"] ?? "");
  const { closed } = await connect({ host: hostname, port: Number(port), username: login, password: secret });
  return { AMQP: closed };
}

async function connect(options: ConnectionOptions): Promise<{ closed: Promise<number> }> {
  const connection = rhea.create_container().connect({ ...options, reconnect: false });
  const closed = Promise.race(["connection_close", "disconnected"].map((name) => once(connection, name))).then(() => performance.now());
  const refused = closed.then(() => Promise.reject(new Error("The connection was refused.")));
  refused.catch(() => undefined);
  await Promise.race([once(connection, "connection_open"), refused]);
  return { closed };
}

/** Asks until the API refuses. @throws Error when it has not done so for three minutes */
async function refusal(api: Api): Promise<number> {
  const endMs = performance.now() + giveUpMs;
  while (performance.now() < endMs) {
    const isLetIn = await api.spaces.get.query(benchScope).then(() => true, () => false);
    if (!isLetIn) return performance.now();
    await delay(askEveryMs);
  }
  throw new Error(`The API still answered after ${giveUpMs / 1000} s.`);
}
