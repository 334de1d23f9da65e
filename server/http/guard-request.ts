import { refusal } from "./refusal.ts";

/** What one request may cost before anybody is known. */
const limits = {
  bodyBytes: 256 * 1024,
  /** Of a call that carries many addresses: 10,000 with names of the usual length. */
  manyAddressesBytes: 2 * 1024 * 1024,
  urlCharacters: 16_000,
  jsonDepth: 32,
} as const;

/**
 * Lets a request through to tRPC, with its body read within bounds, or answers why not: GET and POST only, changes as
 * `application/json`, from the console's own pages when a browser asks (OWASP ASVS 5.0, 3.5), of bounded size and depth.
 * @param consoleUrl the address people type
 */
export async function guardRequest(request: Request, consoleUrl: string): Promise<Request | Response> {
  if (request.method !== "GET" && request.method !== "POST") return refusal("METHOD_NOT_SUPPORTED", { allow: "GET, POST" });
  if (!isOwnOrigin(request.headers, consoleUrl)) return refusal("FORBIDDEN");
  if (request.url.length > limits.urlCharacters) return refusal("PAYLOAD_TOO_LARGE");
  if (request.method === "GET") {
    const input = new URL(request.url).searchParams.get("input") ?? "";
    return isShallow(input) ? request : refusal("PARSE_ERROR");
  }
  const contentType = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (contentType !== "application/json") return refusal("UNSUPPORTED_MEDIA_TYPE");
  const text = await readBounded(request, /\/addresses\.(createMany|deleteMany|changePlanOfMany)$/.test(new URL(request.url).pathname) ? limits.manyAddressesBytes : limits.bodyBytes);
  // The rest of the body is not read, so the connection cannot carry another request.
  if (text === undefined) return refusal("PAYLOAD_TOO_LARGE", { connection: "close" });
  if (!isShallow(text)) return refusal("PARSE_ERROR");
  return new Request(request.url, { method: "POST", headers: request.headers, body: text, signal: request.signal });
}

/** Programs send no Origin; a browser must be on one of our pages. */
function isOwnOrigin(headers: Headers, consoleUrl: string): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return false;
  const origin = headers.get("origin");
  return origin === null || ownOrigins(consoleUrl).includes(origin);
}

/** On a person's own machine the page may be opened under any of the loopback's names. */
function ownOrigins(consoleUrl: string): string[] {
  const { origin, hostname } = new URL(consoleUrl);
  const names = ["localhost", "127.0.0.1", "[::1]"];
  return names.includes(hostname) ? names.map((name) => origin.replace(hostname, name)) : [origin];
}

async function readBounded(request: Request, maxBytes: number): Promise<string | undefined> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return undefined;
  if (!request.body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** False when the text would parse into more levels than any input of ours has; whether it is JSON at all is not asked. */
export function isShallow(json: string, maxDepth: number = limits.jsonDepth): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index];
    if (inString) {
      if (character === "\\") index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") {
      depth += 1;
      if (depth > maxDepth) return false;
    } else if (character === "}" || character === "]") depth -= 1;
  }
  return true;
}
