import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { believeOneAddress, clientAddress } from "./client-address.ts";

it.each([
  ["no proxy: the peer, whatever the client claims", "203.0.113.9", "192.0.2.1", 0, "192.0.2.1"],
  ["one proxy: what it saw, not what the client claims", "203.0.113.9, 198.51.100.7", "10.0.0.1", 1, "198.51.100.7"],
  ["two proxies", "203.0.113.9, 198.51.100.7, 10.0.0.2", "10.0.0.1", 2, "198.51.100.7"],
  ["fewer proxies than configured: the outermost known", "198.51.100.7", "10.0.0.1", 5, "198.51.100.7"],
  ["IPv4 in IPv6", undefined, "::ffff:192.0.2.1", 0, "192.0.2.1"],
  ["no address at all: text of a log injection", "1.2.3.4\nadmin logged in", "10.0.0.1", 1, undefined],
])("%s", (_case, forwardedFor, peer, trustedProxies, expected) => {
  expect(clientAddress(forwardedFor, peer, trustedProxies)).toBe(expected);
});

it("replaces what a client claims before the request is handled", async () => {
  believeOneAddress(0);
  const server = createServer((incoming, response) => response.end(String(incoming.headers["x-forwarded-for"])));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const body = await new Promise<string>((resolve, reject) => {
      request({ port, host: "127.0.0.1", headers: { "x-forwarded-for": "203.0.113.9" } }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => resolve(text));
      })
        .once("error", reject)
        .end();
    });
    expect(body).toBe("127.0.0.1");
  } finally {
    server.close();
  }
});
