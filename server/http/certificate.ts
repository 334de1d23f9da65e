import { readFile } from "node:fs/promises";
import { X509Certificate } from "node:crypto";
import type { Env } from "../env.ts";

/**
 * The gateway's certificate as a download, for clients that must trust it. Only certificates leave: whatever else stands in
 * the file (an operator may keep the private key beside them) stays.
 */
export async function certificateDownload(env: Pick<Env, "TLS_CERTIFICATE_FILE">): Promise<Response> {
  const blocks = env.TLS_CERTIFICATE_FILE === null ? [] : await readCertificates(env.TLS_CERTIFICATE_FILE);
  if (blocks.length === 0) {
    return Response.json({ code: "not-found", message: "This installation offers no certificate for download; its gateway uses one that systems trust already, or none." }, { status: 404 });
  }
  return new Response(`${blocks.join("\n")}\n`, {
    headers: {
      "content-type": "application/x-pem-file",
      "content-disposition": 'attachment; filename="postroom.pem"',
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}

async function readCertificates(path: string): Promise<string[]> {
  try {
    const text = await readFile(path, "utf8");
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    return blocks.map((block) => new X509Certificate(block).toString().trim());
  } catch {
    return [];
  }
}
