import { readConfig } from "#gateway/env.ts";
import { startGateway, type RunningGateway } from "#gateway/gateway.ts";
import type { PlatformFile } from "#platform/platform-file.ts";
import type { NamedEndpoint } from "../env.ts";
import { testLog } from "./env.ts";

/** The real gateway in this process, on free ports, that can be ended and started anew at the same management port. */
export interface RealGateway extends AsyncDisposable {
  readonly endpoint: NamedEndpoint;
  /** `name=amqp://user:password@host:port` */
  readonly url: string;
  /** The one that runs now. */
  readonly running: RunningGateway;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** @param changes variables of the gateway: only plain AMQP is open unless they give other entrances a port, 0 for a free one */
export async function startRealGateway(platform: PlatformFile, name = "main", changes: Readonly<Record<string, string>> = {}): Promise<RealGateway> {
  const variables: NodeJS.ProcessEnv = { ...(platform.env.gateway as NodeJS.ProcessEnv), MANAGEMENT_PORT: "0", AMQP_PORT: "0", HEALTH_PORT: "0", LISTEN_HOST: "127.0.0.1" };
  for (const closed of ["AMQPS_PORT", "WEBSOCKET_PORT", "SECURE_WEBSOCKET_PORT"]) variables[closed] = "";
  Object.assign(variables, changes);
  let running: RunningGateway | undefined = await startGateway(readConfig(variables), testLog);
  const endpoint: NamedEndpoint = {
    name,
    host: "127.0.0.1",
    port: running.managementPort,
    username: variables.MANAGEMENT_USERNAME as string,
    password: variables.MANAGEMENT_PASSWORD as string,
  };
  const stop = async () => {
    await running?.stop();
    running = undefined;
  };
  return {
    endpoint,
    url: `${name}=amqp://${endpoint.username}:${encodeURIComponent(endpoint.password)}@${endpoint.host}:${endpoint.port}`,
    get running() {
      if (!running) throw new Error("The gateway is stopped.");
      return running;
    },
    stop,
    start: async () => {
      running = await startGateway(readConfig({ ...variables, MANAGEMENT_PORT: String(endpoint.port) }), testLog);
    },
    [Symbol.asyncDispose]: stop,
  };
}
