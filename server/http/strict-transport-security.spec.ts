import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { demandTls } from "./strict-transport-security.ts";

it("every answer tells the browser to come over TLS only, refusals too", async () => {
  demandTls();
  const server = createServer((incoming, response) => response.writeHead(incoming.url === "/" ? 200 : 404, { "content-type": "text/plain" }).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    for (const path of ["/", "/api/nothing-here"]) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      expect(answer.headers.get("strict-transport-security"), path).toBe("max-age=31536000; includeSubDomains");
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
