import { expect } from "@playwright/test";
import { failureOf } from "./fault-bed.ts";
import { test } from "./test.ts";

// The bed asks for the token at its start, and files run in the order of their names: by now most of the minute has passed.
test("an expired token is refused as expired, with the way on", async ({ bed }) => {
  const clockToleranceSeconds = 60;
  test.setTimeout(90_000);
  const { exp } = JSON.parse(Buffer.from(bed.expiringToken.split(".")[1] ?? "", "base64url").toString()) as { exp: number };
  const api = bed.apiWithToken(bed.expiringToken);
  await expect.poll(() => Date.now() / 1000 - exp, { timeout: 80_000 }).toBeGreaterThan(clockToleranceSeconds + 1);
  expect(await failureOf(api.spaces.get.query(bed.scope))).toEqual({ code: "unauthenticated", message: "Your login has expired. Log in again to go on." });
});
