import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Keycloak } from "../policy/keycloak.ts";
import { type Broker, probeBroker } from "../relay/broker.ts";
import type { Listener } from "../transport/listeners.ts";
import { http } from "../transport/node-http.ts";

const probeEveryMs = 5000;
const probeTimeoutMs = 2000;

interface Part {
  readonly ok: boolean;
  readonly reason?: string;
}

/** What a gateway needs and whether it is there: told by `/health`, watched in the background. */
export class Health {
  readonly #keycloak: Keycloak;
  readonly #brokers: readonly Broker[];
  readonly #isSynchronized: () => boolean;
  readonly #brokerProblems = new Map<string, string | null>();
  #timer: NodeJS.Timeout | null = null;

  constructor(keycloak: Keycloak, brokers: readonly Broker[], isSynchronized: () => boolean) {
    this.#keycloak = keycloak;
    this.#brokers = brokers;
    this.#isSynchronized = isSynchronized;
  }

  start(): void {
    void this.#probe();
    this.#timer = setInterval(() => void this.#probe(), probeEveryMs);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** Parts with their state. A broker that is away is told, but does not make the gateway unready: its other addresses work. */
  get report(): { live: boolean; ready: boolean; parts: Record<string, Part> } {
    const synchronized = this.#isSynchronized();
    const { keysProblem } = this.#keycloak;
    const parts: Record<string, Part> = {
      management: synchronized ? { ok: true } : { ok: false, reason: "The provisioner has not told everything yet." },
      keycloak: partOf(keysProblem),
    };
    for (const { name } of this.#brokers) parts[`broker ${name}`] = partOf(this.#brokerProblems.get(name) ?? null);
    return { live: true, ready: synchronized && keysProblem === null, parts };
  }

  async #probe(): Promise<void> {
    await Promise.all([
      this.#keycloak.checkKeys(),
      ...this.#brokers.map(async (broker) => this.#brokerProblems.set(broker.name, await probeBroker(broker, probeTimeoutMs))),
    ]);
  }
}

function partOf(reason: string | null): Part {
  return reason === null ? { ok: true } : { ok: false, reason };
}

/** Serves `/health`, `/health/live` and `/metrics`. */
export function listenHealth(port: number, host: string, health: Health, metrics: () => string): Promise<Listener> {
  const server = http.createServer((request, response) => {
    if (request.url === "/health/live") return answer(response, 200, "application/json", JSON.stringify({ live: true }));
    if (request.url === "/metrics") return answer(response, 200, "text/plain; version=0.0.4", metrics());
    if (request.url !== "/health") return answer(response, 404, "text/plain", "Not found.\n");
    const { report } = health;
    return answer(response, report.ready ? 200 : 503, "application/json", JSON.stringify(report));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve({ port: (server.address() as AddressInfo).port, close: () => void server.close(() => {}).closeAllConnections() }));
  });
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
}
