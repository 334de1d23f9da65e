import { env } from "#server/env.ts";
import { certificateDownload } from "#server/http/certificate.ts";

export const runtime = "nodejs";
export const dynamic = "force-dynamic";

export function GET(): Promise<Response> {
  return certificateDownload(env());
}
