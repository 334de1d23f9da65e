import { createServer, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Health } from "#contracts/health.ts";
import { metricsContentType } from "#contracts/prometheus.ts";
import type { Limits } from "./limits.ts";
import { type AddressMetricsFilter, maxAddresses } from "./statistics/address-metrics.ts";

const plain = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };

export interface HealthServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly limits: Limits["health"];
  readonly parts: () => Promise<Health["parts"]>;
  /** In the text format of Prometheus. */
  readonly metrics: () => string;
  /** As {@link metrics}, for single addresses; undefined when there are too many for one answer. */
  readonly addressMetrics: (filter: AddressMetricsFilter) => Promise<AsyncIterable<string> | Iterable<string> | undefined>;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Answers `/health` (200 when every part is usable, 503 when not), `/health/live` (200 while the process works at all), `/metrics`, and
 * `/metrics/addresses` (all addresses, or those of `?tenant=` and `&space=`), one answer at a time.
 * @throws Error when the port cannot be listened on
 */
export async function startHealthServer({ host, port, limits, parts, metrics, addressMetrics }: HealthServerOptions): Promise<HealthServer> {
  let isTellingAddresses = false;
  const tellAddresses = async (url: URL, response: ServerResponse): Promise<void> => {
    isTellingAddresses = true;
    try {
      const chunks = await addressMetrics({ tenant: url.searchParams.get("tenant") ?? undefined, space: url.searchParams.get("space") ?? undefined });
      if (chunks === undefined) return void response.writeHead(400, plain).end(`More than ${maxAddresses} addresses: ask tenant by tenant, /metrics/addresses?tenant=….\n`);
      response.writeHead(200, { "content-type": metricsContentType, "cache-control": "no-store" });
      await pipeline(Readable.from(chunks), response, { signal: AbortSignal.timeout(limits.addressMetricsMs) });
    } catch (error) {
      if (response.headersSent) response.destroy();
      else response.writeHead(503, plain).end(`${(error as Error).message}\n`);
    } finally {
      isTellingAddresses = false;
    }
  };
  const server = createServer({ requestTimeout: limits.requestMs, headersTimeout: limits.requestMs, keepAliveTimeout: limits.requestMs }, async (request, response) => {
    const url = URL.parse(request.url ?? "/", "http://localhost");
    const path = url?.pathname;
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff" });
      response.end(request.method === "HEAD" ? undefined : JSON.stringify(body));
    };
    if (request.method !== "GET" && request.method !== "HEAD") return answer(405, { message: "Use GET." });
    if (path === "/health/live") return answer(200, { live: true });
    if (path === "/metrics") {
      response.writeHead(200, { "content-type": metricsContentType, "cache-control": "no-store" });
      return response.end(request.method === "HEAD" ? undefined : metrics());
    }
    if (path === "/metrics/addresses") {
      if (isTellingAddresses) return response.writeHead(503, { ...plain, "retry-after": "5" }).end("Another answer is under way.\n");
      return tellAddresses(url as URL, response);
    }
    if (path !== "/health") return answer(404, { message: "There is /health, /health/live, /metrics and /metrics/addresses." });
    const health = await healthOf(parts, limits.requestMs);
    answer(health.ready ? 200 : 503, health);
  });
  server.maxConnections = limits.maxRequests;
  await listen(server, port, host);
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function healthOf(parts: () => Promise<Health["parts"]>, timeoutMs: number): Promise<Health> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Health["parts"]>((resolve) => {
    timer = setTimeout(() => resolve({ health: { ok: false, reason: `could not be found out within ${timeoutMs / 1000} s` } }), timeoutMs);
  });
  const found = await Promise.race([parts(), late]).catch((error: Error): Health["parts"] => ({ health: { ok: false, reason: error.message } }));
  clearTimeout(timer);
  return { live: true, ready: Object.values(found).every(({ ok }) => ok), parts: found };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
