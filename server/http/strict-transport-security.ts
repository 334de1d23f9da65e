import { subscribe } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";

interface RequestStart {
  readonly response: ServerResponse;
}

/** Tells browsers with every answer of this process, of pages, API and files, to come over TLS only for a year, to names below this one too (RFC 6797). */
export function demandTls(): void {
  subscribe("http.server.request.start", (message) => {
    (message as RequestStart).response.setHeader("strict-transport-security", "max-age=31536000; includeSubDomains");
  });
}
