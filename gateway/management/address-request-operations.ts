import { z } from "zod";
import { gatewayEntityTypes } from "#contracts/gateway-management.ts";
import type { Writable } from "../amqp/value-writer.ts";
import type { AddressRequests } from "../directory/address-requests.ts";
import { done, ManagementError, type ManagementReply } from "./reply.ts";

/** A question is answered after this at the latest, so that none outlives its connection for long. */
const maxWaitMs = 30_000;
const answerSchema = z.object({ condition: z.string().max(200), description: z.string().max(2000) });

/** QUERY and DELETE of `postroom.addressRequest`, as contracts/gateway-management.ts says. */
export async function answerAddressRequests(
  requests: AddressRequests,
  operation: string,
  { name, after, waitMs }: { readonly name: unknown; readonly after: number; readonly waitMs: number },
  body: unknown,
): Promise<ManagementReply> {
  if (operation === "QUERY") {
    const found = await requests.next(after, Math.min(waitMs, maxWaitMs));
    const attributeNames = ["name", "number", "login", "operation", "remoteAddress"] as const;
    const results: Writable = found.map((request) => attributeNames.map((attribute) => request[attribute]));
    return done(200, "OK", { attributeNames: [...attributeNames], results, total: requests.count });
  }
  if (operation !== "DELETE") throw new ManagementError(501, `${operation} is not offered for ${gatewayEntityTypes.addressRequest}.`);
  const { condition, description } = answerSchema.parse(body);
  const isKnown = typeof name === "string" && requests.answer(name, condition === "" ? null : { condition, description });
  if (!isKnown) throw new ManagementError(404, "Nobody waits for that address.");
  return done(204, "No Content");
}
