import { createServer, type Server } from "node:http";
import { metricsContentType } from "#contracts/prometheus.ts";

const requestMs = 5_000;
const maxConnections = 16;

export interface MetricsServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** In the text format of Prometheus. */
  readonly text: () => string;
}

/**
 * Answers `/metrics` on a port of its own, which people who reach the console need not reach. Does not keep the process alive.
 * @throws Error when the port cannot be listened on
 */
export async function startMetricsServer({ host, port, text }: MetricsServerOptions): Promise<Server> {
  const server = createServer({ requestTimeout: requestMs, headersTimeout: requestMs, keepAliveTimeout: requestMs }, (request, response) => {
    const isMetrics = URL.parse(request.url ?? "/", "http://localhost")?.pathname === "/metrics";
    const isRead = request.method === "GET" || request.method === "HEAD";
    const [status, body] = !isRead ? [405, "Use GET.\n"] : isMetrics ? [200, text()] : [404, "There is /metrics.\n"];
    response.writeHead(status, { "content-type": metricsContentType, "cache-control": "no-store", "x-content-type-options": "nosniff" });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  server.maxConnections = maxConnections;
  server.unref();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  return server;
}
