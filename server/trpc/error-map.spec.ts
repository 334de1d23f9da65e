import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { errorCodes, PostroomError } from "#contracts/errors.ts";
import { createLog } from "../log.ts";
import { publicErrorOf, toTrpcError } from "./error-map.ts";

const lines: string[] = [];
const log = createLog("debug", { write: (line) => void lines.push(line) });
const secretCause = new Error("password=hunter2 at db.internal");

function answered(error: unknown) {
  const trpcError = toTrpcError(error, log, "noun.verb");
  return { status: getHTTPStatusCodeFromError(trpcError), postroom: publicErrorOf(trpcError), message: trpcError.message };
}

describe("an error on its way out", () => {
  it("keeps code, message, field and limit of an expected one, with the right status, and hides the cause", () => {
    const statuses = errorCodes.map((code) => {
      const { status, postroom } = answered(new PostroomError({ code, message: `about ${code}`, field: "name" }, { cause: secretCause }));
      expect(postroom).toEqual({ code, message: `about ${code}`, field: "name", limit: undefined });
      return [code, status];
    });
    expect(Object.fromEntries(statuses)).toEqual({
      "invalid-input": 400, unauthenticated: 401, forbidden: 403, "not-found": 404, "already-exists": 409, conflict: 409, "quota-exceeded": 422,
      "phase-forbids": 409, "rate-limited": 429, unavailable: 503, "time-out": 504, internal: 500,
    });
  });

  it("does not log expected errors", () => {
    lines.length = 0;
    answered(new PostroomError({ code: "not-found", message: "x" }));
    expect(lines).toEqual([]);
  });

  it("becomes `internal` with a reference that leads to the logged cause, and nothing of the cause leaves", () => {
    lines.length = 0;
    const { status, postroom, message } = answered(secretCause);
    expect([status, postroom.code]).toEqual([500, "internal"]);
    expect(JSON.stringify([postroom, message])).not.toMatch(/hunter2|db\.internal/);
    const reference = /reference ([0-9a-f]{8})/.exec(postroom.message)?.[1];
    expect(lines.join("")).toContain(`"reference":"${reference}"`);
    expect(lines.join("")).toContain("hunter2");
  });

  it("never passes an answer that breaks its own contract off as bad input", () => {
    const broken = z.object({ id: z.string() }).safeParse({ id: 1 }).error;
    const { status, postroom } = answered(new TRPCError({ code: "INTERNAL_SERVER_ERROR", message: "Output validation failed", cause: broken }));
    expect([status, postroom.code]).toEqual([500, "internal"]);
    expect(publicErrorOf(new TRPCError({ code: "INTERNAL_SERVER_ERROR", cause: broken })).code).toBe("internal");
  });

  it("names field and words of bad input", () => {
    const cause = z.object({ permissions: z.array(z.object({ pattern: z.string("Give a pattern.") })) }).safeParse({ permissions: [{}] }).error;
    const { status, postroom } = answered(new TRPCError({ code: "BAD_REQUEST", message: "raw", cause }));
    expect(status).toBe(400);
    expect(postroom).toEqual({ code: "invalid-input", message: "Give a pattern.", field: "permissions.0.pattern" });
  });

  it.each(["ECONNREFUSED", "ECONNRESET", "57P01", "57P03", "53300", "08006", "P1001", "P2024", "P2028"])("is `unavailable` for the database's %s, however deep", (code) => {
    const cause = Object.assign(new Error("wrapped"), { cause: Object.assign(new Error("inner"), { code }) });
    expect(answered(cause)).toMatchObject({ status: 503, postroom: { code: "unavailable" } });
  });

  it.each(["23505", "42P01", "42501", "P2003"])("is not `unavailable` for %s", (code) => {
    expect(answered(Object.assign(new Error("x"), { code })).postroom.code).toBe("internal");
  });
});
