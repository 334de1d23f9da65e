import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { condition } from "./amqp/codes.ts";
import { AddressRequests } from "./directory/address-requests.ts";
import { Directory } from "./directory/directory.ts";
import { clientLimits, type Entrance, makePenalties } from "./entrance/entrance.ts";
import { Strangers } from "./entrance/strangers.ts";
import type { GatewayConfig } from "./env.ts";
import { ClientJournal } from "./journal/client-journal.ts";
import { Health, listenHealth } from "./health/health.ts";
import { standardLog } from "./log.ts";
import { ManagementConnection } from "./management/management-connection.ts";
import { ManagementOperations } from "./management/operations.ts";
import { metricsText } from "./metrics/metrics.ts";
import { Authenticator } from "./policy/authenticator.ts";
import { Keycloak } from "./policy/keycloak.ts";
import { Tickets } from "./policy/tickets.ts";
import { Relay } from "./relay/relay.ts";
import { type Listener, listenAmqp, listenAmqps, listenWebSocket } from "./transport/listeners.ts";
import { ReloadingCertificate } from "./transport/secure-context.ts";

const tickMs = 500;
const drainMs = 5000;

/** A running gateway. Ports of entrances are null while they are closed, as they are until the management has told everything. */
export interface RunningGateway {
  readonly managementPort: number;
  readonly healthPort: number;
  readonly ports: { amqp: number | null; amqps: number | null; webSocket: number | null; secureWebSocket: number | null };
  /** Resolves when the client entrances are open. */
  readonly opened: Promise<void>;
  /** Tells clients `amqp:connection:forced`, lets their last frames out, and ends within some seconds. */
  stop(): Promise<void>;
}

/**
 * Starts a gateway: health and management at once, entrances for clients when the management has told everything.
 *
 * @throws when a port is taken or the certificate cannot be used
 */
export async function startGateway(config: GatewayConfig, log: Logger = standardLog(config.logLevel)): Promise<RunningGateway> {
  const directory = new Directory(config);
  const requests = new AddressRequests(directory);
  const keycloak = new Keycloak(config.keycloakUrl, config.keycloakRealm);
  const tickets = config.ticketPublicKey === null ? null : await Tickets.create(config.ticketPublicKey);
  const certificate = config.certificate === null ? null : new ReloadingCertificate(
    config.certificate.certificateFile, config.certificate.keyFile,
    (error) => log.error({ reason: error.message }, "the changed certificate cannot be used; the former one stays"),
  );
  const entrance: Entrance = {
    containerId: `postroom-${randomUUID()}`,
    directory,
    requests,
    authenticator: new Authenticator(directory, keycloak, tickets),
    relay: new Relay(config.brokers),
    limits: clientLimits,
    plainWithoutTls: config.plainWithoutTls,
    log,
    connections: new Set(),
    journal: new ClientJournal(),
    penalties: makePenalties(config.protocolErrorsPerSecond),
  };
  const managers = new Set<ManagementConnection>();
  const listeners: Listener[] = [];
  const ports: RunningGateway["ports"] = { amqp: null, amqps: null, webSocket: null, secureWebSocket: null };
  const opening = Promise.withResolvers<void>();
  opening.promise.catch(() => {});

  const operations = new ManagementOperations({
    directory,
    requests,
    connections: entrance.connections,
    journal: entrance.journal,
    onSynchronized: () => void openEntrances().then(opening.resolve, (error: Error) => {
      log.fatal({ reason: error.message }, "an entrance cannot be opened");
      opening.reject(error);
    }),
  });
  const health = new Health(keycloak, config.brokers, () => operations.isSynchronized);
  const { management } = config;
  const managementListener = await listenAmqp(management.port, {
    host: management.host,
    onStream: (stream) => void managers.add(new ManagementConnection(stream, management, operations, (over) => managers.delete(over))),
  });
  const healthListener = await listenHealth(config.health.port, config.health.host, health, () => metricsText(directory, entrance.connections));
  listeners.push(managementListener, healthListener);
  health.start();

  const ticker = setInterval(() => {
    const nowMs = Date.now();
    for (const connection of entrance.connections) connection.tick(nowMs);
    for (const { amqp } of managers) amqp.tick(nowMs);
    requests.tick(nowMs);
  }, tickMs);

  async function openEntrances(): Promise<void> {
    const strangers = new Strangers(entrance);
    const options = { host: config.listenHost, onStream: strangers.admit };
    const open = async (name: keyof typeof ports, listening: Promise<Listener> | null): Promise<void> => {
      if (listening === null) return;
      const listener = await listening;
      listeners.push(listener);
      ports[name] = listener.port;
    };
    const { amqpPort, amqpsPort, webSocketPort, secureWebSocketPort, webSocketOrigins } = config;
    await open("amqp", amqpPort === null ? null : listenAmqp(amqpPort, options));
    await open("amqps", amqpsPort === null || certificate === null ? null : listenAmqps(amqpsPort, certificate, options));
    await open("webSocket", webSocketPort === null ? null : listenWebSocket(webSocketPort, null, webSocketOrigins, options));
    await open("secureWebSocket", secureWebSocketPort === null || certificate === null ? null : listenWebSocket(secureWebSocketPort, certificate, webSocketOrigins, options));
    log.info({ ports }, "clients are let in");
  }

  async function stop(): Promise<void> {
    for (const listener of listeners) listener.close();
    const error = { condition: condition.connectionForced, description: "This gateway is being stopped. Connect again; another one, or this one when it is back, takes over." };
    const left = new Set([...entrance.connections].map(({ amqp }) => amqp));
    for (const connection of entrance.connections) connection.close(error);
    for (const { amqp } of managers) {
      left.add(amqp);
      amqp.close(error);
    }
    const deadlineMs = Date.now() + drainMs;
    while (Date.now() < deadlineMs && [...left].some(({ state }) => state !== "gone")) await delay(20);
    for (const { stream } of left) stream.destroy();
    clearInterval(ticker);
    health.stop();
    certificate?.close();
  }

  log.info({ managementPort: managementListener.port, healthPort: healthListener.port }, "waiting for the provisioner");
  return { managementPort: managementListener.port, healthPort: healthListener.port, ports, opened: opening.promise, stop };
}
