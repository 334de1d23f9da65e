import type { IncomingMessage } from "node:http";
import { http, https } from "../transport/node-http.ts";

const maxAnswerBytes = 256 * 1024;

export interface HttpAnswer {
  readonly status: number;
  json(): Promise<unknown>;
}

/**
 * One HTTP request over connections that are kept. It takes the place of `fetch`, which costs a login a millisecond of
 * processor time and the process some megabytes.
 *
 * @param body sent with POST; GET when null
 * @returns the whole answer, of 256 KiB at most
 * @throws Error when there is none within the signal's time
 */
export async function httpRequest(url: string, headers: Readonly<Record<string, string>>, body: string | null, signal: AbortSignal): Promise<HttpAnswer> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    // By Node's own agents: they keep connections, and go through a proxy of the operator's when NODE_USE_ENV_PROXY is set.
    const { request } = url.startsWith("https:") ? https : http;
    request(url, { method: body === null ? "GET" : "POST", headers, signal }, resolve).on("error", reject).end(body ?? undefined);
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Error("The answer is too long.");
    chunks.push(chunk);
  }
  return { status: answer.statusCode ?? 0, json: async () => JSON.parse(Buffer.concat(chunks).toString()) as unknown };
}
