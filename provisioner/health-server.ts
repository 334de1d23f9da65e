import { createServer, type Server } from "node:http";
import type { Health } from "#contracts/health.ts";
import { metricsContentType } from "#contracts/prometheus.ts";
import type { Limits } from "./limits.ts";

export interface HealthServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly limits: Limits["health"];
  readonly parts: () => Promise<Health["parts"]>;
  /** In the text format of Prometheus. */
  readonly metrics: () => string;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Answers `/health` (200 when every part is usable, 503 when not), `/health/live` (200 while the process works at all) and `/metrics`.
 * @throws Error when the port cannot be listened on
 */
export async function startHealthServer({ host, port, limits, parts, metrics }: HealthServerOptions): Promise<HealthServer> {
  const server = createServer({ requestTimeout: limits.requestMs, headersTimeout: limits.requestMs, keepAliveTimeout: limits.requestMs }, async (request, response) => {
    const path = URL.parse(request.url ?? "/", "http://localhost")?.pathname;
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
    if (path !== "/health") return answer(404, { message: "There is /health, /health/live and /metrics." });
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
