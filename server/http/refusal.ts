import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { TRPCError } from "@trpc/server";
import { publicErrorOf } from "../trpc/error-map.ts";

/** A refusal before any procedure is reached, in the form in which procedures fail, so that one reader understands both. */
export function refusal(code: TRPCError["code"], headers: Record<string, string> = {}): Response {
  const error = new TRPCError({ code });
  const postroom = publicErrorOf(error);
  const httpStatus = getHTTPStatusCodeFromError(error);
  const body = { error: { message: postroom.message, code: TRPC_ERROR_CODES_BY_KEY[code], data: { code, httpStatus, postroom } } };
  return Response.json(body, { status: httpStatus, headers: { "cache-control": "no-store", ...headers } });
}
