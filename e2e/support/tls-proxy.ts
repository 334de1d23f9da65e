import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { request as sendRequest } from "node:http";
import { createServer } from "node:https";

/**
 * What an operator puts in front of the console: ends TLS, says where a request came from, and passes it on by plain HTTP.
 * @param port where it listens
 * @param consolePort where the console listens on this machine
 */
export async function startTlsProxy(port: string, consolePort: number, { certificateFile, keyFile }: { readonly certificateFile: string; readonly keyFile: string }): Promise<AsyncDisposable> {
  const [cert, key] = await Promise.all([readFile(certificateFile), readFile(keyFile)]);
  const server = createServer({ cert, key }, (request, response) => {
    const headers = { ...request.headers, "x-forwarded-for": request.socket.remoteAddress, "x-forwarded-proto": "https" };
    const onward = sendRequest({ host: "127.0.0.1", port: consolePort, method: request.method, path: request.url, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  });
  server.listen(Number(port), "127.0.0.1");
  await once(server, "listening");
  return {
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
